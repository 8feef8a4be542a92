import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeAfter, parseAfter } from "./after.ts";

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

test.each([
  [""],
  ["not base64!"],
  ["a+b/"],
  [encoded(null)],
  [encoded([])],
  [encoded("x")],
  [encoded({ "sanfen.facts": 1 })],
  [encoded({ "sanfen.facts": [1] })],
  [encoded({ "sanfen.facts": { "0": -1 } })],
  [encoded({ "sanfen.facts": { "0": 1.5 } })],
  [encoded({ "sanfen.facts": { "0": 2 ** 53 } })],
  [encoded({ "sanfen.facts": { "0": "1" } })],
  [encoded({ "sanfen.facts": { "01": 1 } })],
  [encoded({ "sanfen.facts": { x: 1 } })],
  [encoded({ "": { "0": 1 } })],
  [Buffer.from('{"__proto__":{"0":1}}').toString("base64url")],
  [encoded({ ["a".repeat(4_000)]: { "0": 1 } })],
])("refuses %.60j", (text) => {
  expect(parseAfter(text)).toMatchObject({ problem: { pointer: "/query/after", code: "bad-after" } });
});

const positions = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9.-]{0,19}$/),
  fc.dictionary(fc.nat(1_023).map(String), fc.maxSafeNat(), { maxKeys: 12, noNullPrototype: true }),
  { maxKeys: 4, noNullPrototype: true },
);

test("comes back as it was, and is one text for the same positions", () => {
  fc.assert(
    fc.property(positions, (given) => {
      const text = encodeAfter(given);
      expect(parseAfter(text)).toEqual({ positions: given });
      expect(encodeAfter(Object.fromEntries(Object.entries(given).toReversed()))).toBe(text);
      expect(encodeURIComponent(text)).toBe(text);
    }),
  );
});
