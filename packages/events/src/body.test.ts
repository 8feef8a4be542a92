import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BODY_OF, decodeBody, encodeBody, encodeBodyOf } from "./body.ts";
import { EVENTS } from "./events.ts";
import { SCHEMAS } from "./generated/schemas.ts";
import { FACT_KINDS } from "./generated/types.ts";
import { readShapes, type Json } from "./shape.ts";
import { valueOf } from "./testing/arbitrary.ts";

const bodiless = new Uint8Array(0);

test.each([
  ["an unknown kind", { kind: "unknown", body: new Uint8Array(20) }, "no-body"],
  ["a retraction", { kind: "recall", body: bodiless }, "no-body"],
  ["bytes that are none", { kind: "recall", body: new Uint8Array(20) }, "no-marker"],
  ["the body of another kind", { kind: "recall", body: encodeBody("traceability", { level: 3 }) }, "wrong-body"],
  [
    "a body cut off",
    { kind: "award", body: encodeBody("award", { scheme: "s", level: "1" }).subarray(0, 12) },
    "malformed",
  ],
] as const)("%s has no body to read", (_, fact, reason) => {
  expect(decodeBody(fact)).toMatchObject({ name: null, reason, detail: expect.stringMatching(/./) });
});

test("an unknown kind has no body to write", () => {
  expect(() => encodeBodyOf("unknown", { level: 3 })).toThrow(/kind unknown has no body/);
});

test.each(FACT_KINDS.filter((kind) => kind !== "unknown"))("round trip of the body of any %s", (kind) => {
  const name = BODY_OF[kind];
  const [shape] = readShapes([SCHEMAS[name]]);
  fc.assert(
    fc.property(valueOf(shape!), (value) => {
      expect(decodeBody({ kind, body: encodeBodyOf(kind, value as never) })).toEqual({ name, value });
    }),
    { numRuns: 20 },
  );
});

test("every record with a schema is an event, the body of a kind, or a part of one", () => {
  const used = new Set<string>([...EVENTS, ...Object.values(BODY_OF).filter((name) => name !== null)]);
  const parts = Object.keys(SCHEMAS).filter((name) => !used.has(name));
  const wholes: Json[] = Object.entries<Json>(SCHEMAS).flatMap(([name, schema]) => (used.has(name) ? [schema] : []));
  for (const part of parts) expect(JSON.stringify(wholes), part).toContain(`"name":"sanfen.${part}","type":"record"`);
});
