import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_JSON_DEPTH, parseJson } from "./json.ts";

function parse(text: string | Uint8Array): ReturnType<typeof parseJson> {
  return parseJson(typeof text === "string" ? new TextEncoder().encode(text) : text);
}

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

test.each([
  ["", "empty"],
  ["{", "invalid-json"],
  ["{'a':1}", "invalid-json"],
  ["[1,]", "invalid-json"],
  ["NaN", "invalid-json"],
  ["]]]]", "invalid-json"],
  ['{"a":"', "invalid-json"],
  ['"\\', "invalid-json"],
  ['{"__proto__":{"admin":true}}', "forbidden-key"],
  ['{"a":[{"\\u005f_proto__":1}]}', "forbidden-key"],
  ['{"constructor":{"prototype":{"admin":true}}}', "forbidden-key"],
  [nested(MAX_JSON_DEPTH + 1), "too-deep"],
  ['{"a":'.repeat(MAX_JSON_DEPTH + 1), "too-deep"],
  [nested(5_000_000), "too-deep"],
  [Uint8Array.of(0x22, 0xff, 0x22), "invalid-utf8"],
  // GB 18030 for "中", which is no UTF-8.
  [Uint8Array.of(0x22, 0xd6, 0xd0, 0x22), "invalid-utf8"],
])("refuses %.40j: %s", (text, code) => {
  expect(parse(text)).toMatchObject({ fault: { code } });
});

test.each([
  [nested(MAX_JSON_DEPTH)],
  [`"${"[".repeat(100)}"`],
  [`["\\"${"{".repeat(100)}"]`],
  [`["\\\\",${"[],".repeat(100)}1]`],
  ['{"constructor":"x"}'],
])("takes %.60s", (text) => {
  expect(parse(text)).toEqual({ value: JSON.parse(text) as unknown });
});

test("gives what was written, whatever it is", () => {
  const key = fc.string().filter((name) => name !== "__proto__" && name !== "constructor");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, false),
      fc.integer(),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("value")),
      fc.dictionary(key, tie("value"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (document) => {
      expect(parse(JSON.stringify(document))).toEqual({ value: document });
    }),
  );
});

test("bytes in, value or fault out, never an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(Object.keys(parseJson(bytes))).toHaveLength(1);
    }),
  );
});
