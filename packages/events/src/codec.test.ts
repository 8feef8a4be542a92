import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCodec, type Codec } from "./codec.ts";
import { SCHEMAS } from "./generated/schemas.ts";
import type { RecordTypes } from "./generated/types.ts";
import { readShapes, type Json } from "./shape.ts";
import { valueOf } from "./testing/arbitrary.ts";

const everything = createCodec<RecordTypes>(SCHEMAS, []);
const NAMES = Object.keys(SCHEMAS) as (keyof RecordTypes)[];

/** A codec of one record `R` with these fields, and bytes written by earlier ones. */
function codecOf(fields: readonly Json[], ...released: readonly (readonly Json[])[]): Codec<{ R: unknown }> {
  return createCodec<{ R: unknown }>({ R: record(fields) }, released.map(record));
}
function record(fields: readonly Json[]): Json {
  return { type: "record", name: "n.R", fields };
}
function enumOf(symbols: string[]): Json {
  return { type: "enum", name: "n.E", symbols, default: "unknown" };
}
function hex(text: string): Uint8Array {
  return Buffer.from(text, "hex");
}

const list = codecOf([{ name: "f", type: { type: "array", items: "string" } }]);
const HEADER = Buffer.from(list.encode("R", { f: [] }).subarray(0, 10)).toString("hex");

describe("bytes that are no record", () => {
  test.each([
    ["nothing", "", "too-short"],
    ["a header cut off", "c301aabbccddeeff00".slice(0, 18), "too-short"],
    ["text", Buffer.from("a text of some length").toString("hex"), "no-marker"],
    ["another version of the marker", "c302aabbccddeeff001122", "no-marker"],
    ["a fingerprint that nobody has", "c301aabbccddeeff001100", "unknown-fingerprint"],
  ])("%s", (_, bytes, reason) => {
    expect(list.decode(hex(bytes))).toMatchObject({ name: null, reason });
  });

  test("an unknown fingerprint is named as files in schemas/history/ are", () => {
    expect(list.decode(hex("c301aabbccddeeff0011"))).toMatchObject({ detail: "1100ffeeddccbbaa" });
  });

  test.each([
    ["a list without its end", "", /R\.f is cut off/],
    ["bytes after the end", "0000", /R is followed by 1 bytes/],
    ["a text longer than what is left", "020661", /R\.f\[\] cannot be 3 bytes long/],
    ["a text of negative length", "0201", /R\.f\[\] cannot be -1 bytes long/],
    ["a count that would take gigabytes", "feffffff0f0000", /R\.f cannot hold 2147483647 items/],
    ["the same, with the size of its block", "ffffffff0f0000", /R\.f cannot hold 2147483648 items/],
    ["a number without an end", "ff".repeat(12), /R\.f is a number of more than ten bytes/],
  ])("%s", (_, body, detail) => {
    const decoded = list.decode(hex(HEADER + body));
    expect(decoded).toMatchObject({ name: null, reason: "malformed", detail: expect.stringMatching(detail) });
  });

  test.each<[what: string, type: Json, body: string, detail: RegExp]>([
    ["an int beyond 32 bits", "int", "8080808010", /R\.f is beyond 32 bits/],
    ["a long beyond 2^53", "long", "8080808080808020", /R\.f is beyond what a number holds/],
    [
      "a negative long that avsc would read as another",
      "long",
      "8180808080808010",
      /R\.f is beyond what a number holds/,
    ],
    ["a boolean of 2", "boolean", "02", /R\.f is no boolean/],
    ["a double cut off", "double", "00000000", /R\.f is cut off/],
    ["a branch that the union has not", ["null", "int"], "04", /R\.f has no branch 2/],
    ["a branch below the first", ["null", "int"], "01", /R\.f has no branch -1/],
    ["a symbol that the enum has not", { type: "enum", name: "E", symbols: ["a"] }, "02", /R\.f has no symbol 1/],
    [
      "the key __proto__",
      { type: "map", values: "int" },
      `0212${Buffer.from("__proto__").toString("hex")}0200`,
      /__proto__/,
    ],
  ])("%s", (_, type, body, detail) => {
    const codec = codecOf([{ name: "f", type }]);
    const header = Buffer.from(codec.encode("R", { f: firstOf(type) }).subarray(0, 10)).toString("hex");
    const decoded = codec.decode(hex(header + body));
    expect(decoded).toMatchObject({ name: null, reason: "malformed", detail: expect.stringMatching(detail) });
  });

  test("decode never throws: any bytes, any cut, any flipped bit", () => {
    const arbitrary = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.uint8Array({ maxLength: 64 }).map((body) => Buffer.concat([hex(HEADER), body])),
      anyRecord().chain(({ bytes }) =>
        fc.oneof(
          fc.nat(bytes.length).map((length) => bytes.subarray(0, length)),
          fc.nat(bytes.length * 8 - 1).map((bit) => {
            const flipped = Buffer.from(bytes);
            flipped[bit >> 3]! ^= 1 << (bit & 7);
            return flipped;
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        const decoded = everything.decode(bytes);
        if (decoded.name === null) expect(decoded.detail).not.toBe("");
        else expect(NAMES).toContain(decoded.name);
      }),
      { numRuns: 2_000 },
    );
  });

  test("every cut of a record is noticed", () => {
    fc.assert(
      fc.property(
        anyRecord().chain((written) => fc.tuple(fc.constant(written), fc.nat(written.bytes.length - 1))),
        ([{ bytes }, length]) => {
          expect(everything.decode(bytes.subarray(0, length)).name).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("what is no value of its type cannot be written", () => {
  expect(() => list.encode("R", { f: [7] })).toThrow(/invalid "string"/);
  expect(() => list.encode("S" as "R", { f: [] })).toThrow(/no schema is named S/);
});

test.each(NAMES)("round trip of any %s", (name) => {
  const [shape] = readShapes([SCHEMAS[name]]);
  fc.assert(
    fc.property(valueOf(shape!), (value) => {
      const decoded = everything.decode(everything.encode(name, value as never));
      expect(decoded).toEqual({ name, value });
    }),
  );
});

test("a record larger than the buffer it is written through", () => {
  const value = { f: ["x".repeat(300_000), "三分".repeat(100_000)] };
  expect(list.decode(list.encode("R", value))).toEqual({ name: "R", value });
});

test("a record is the caller's: later ones do not change it, and a decoded one does not change with its bytes", () => {
  const codec = codecOf([{ name: "f", type: "bytes" }]);
  const first = codec.encode("R", { f: new Uint8Array([1, 2, 3]) });
  const copy = Buffer.from(first);
  codec.encode("R", { f: new Uint8Array([4, 5, 6]) });
  expect(first).toEqual(copy);
  const decoded = codec.decode(first);
  first.fill(0);
  expect(decoded).toEqual({ name: "R", value: { f: Buffer.from([1, 2, 3]) } });
});

test("bytes may lie anywhere in a larger array", () => {
  const bytes = list.encode("R", { f: ["a"] });
  const around = new Uint8Array(bytes.length + 8);
  around.set(bytes, 4);
  expect(list.decode(around.subarray(4, 4 + bytes.length))).toEqual({ name: "R", value: { f: ["a"] } });
});

describe("records of earlier versions", () => {
  test.each<[edit: string, old: Json[], written: unknown, now: Json[], read: unknown]>([
    [
      "a field that came since has its default",
      [{ name: "a", type: "int" }],
      { a: 1 },
      [
        { name: "b", type: ["null", "string"], default: null },
        { name: "a", type: "int" },
      ],
      { a: 1, b: null },
    ],
    [
      "a field that went is passed over",
      [
        { name: "gone", type: { type: "array", items: "string" }, default: [] },
        { name: "a", type: "int" },
      ],
      { gone: ["x", "y"], a: 1 },
      [{ name: "a", type: "int" }],
      { a: 1 },
    ],
    [
      "a symbol not known any more is the default",
      [{ name: "e", type: enumOf(["unknown", "odd", "even"]) }],
      { e: "odd" },
      [{ name: "e", type: enumOf(["unknown", "even"]) }],
      { e: "unknown" },
    ],
    [
      "a symbol keeps its name when its place changes",
      [{ name: "e", type: enumOf(["unknown", "odd", "even"]) }],
      { e: "even" },
      [{ name: "e", type: enumOf(["even", "unknown", "new"]) }],
      { e: "even" },
    ],
    [
      "an unknown symbol deep in lists and unions is the default",
      [{ name: "e", type: ["null", { type: "array", items: enumOf(["unknown", "odd"]) }] }],
      { e: ["odd", "unknown"] },
      [{ name: "e", type: ["null", { type: "array", items: enumOf(["unknown"]) }] }],
      { e: ["unknown", "unknown"] },
    ],
    ["an alias", [{ name: "a", type: "int" }], { a: 7 }, [{ name: "b", type: "int", aliases: ["a"] }], { b: 7 }],
    ["a wider number", [{ name: "a", type: "int" }], { a: 7 }, [{ name: "a", type: "long" }], { a: 7 }],
  ])("%s", (_, old, written, now, read) => {
    const bytes = codecOf(old).encode("R", written);
    expect(codecOf(now, old).decode(bytes)).toEqual({ name: "R", value: read });
  });

  test("an earlier version that cannot be read stops the start, not a record", () => {
    expect(() => codecOf([{ name: "a", type: "int" }], [{ name: "b", type: "int" }])).toThrow(/default-less n\.R\.a/);
  });

  test("once released, the current version is in the history too", () => {
    const both = createCodec<RecordTypes>(SCHEMAS, Object.values(SCHEMAS));
    const value = { scheme: "s", level: null };
    expect(both.decode(both.encode("Award", value))).toEqual({ name: "Award", value });
  });

  test("versions of other records are passed over", () => {
    const other: Json = { type: "record", name: "n.Other", fields: [] };
    expect(() => createCodec({ R: record([]) }, [other])).not.toThrow();
  });
});

function anyRecord(): fc.Arbitrary<{ name: keyof RecordTypes; bytes: Uint8Array }> {
  return fc.constantFrom(...NAMES).chain((name) =>
    valueOf(readShapes([SCHEMAS[name]])[0]!).map((value) => ({
      name,
      bytes: everything.encode(name, value as never),
    })),
  );
}

/** Some value of a type, for its header. */
function firstOf(type: Json): unknown {
  return fc.sample(valueOf(readShapes([type])[0]!), { numRuns: 1, seed: 1 })[0];
}
