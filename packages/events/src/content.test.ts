import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareContent, contentHash, contentOf } from "./content.ts";
import { SCHEMAS } from "./generated/schemas.ts";
import type { Fact } from "./generated/types.ts";
import { readShapes } from "./shape.ts";
import { valueOf } from "./testing/arbitrary.ts";
import { factLike } from "./testing/facts.ts";

const anyFact = valueOf(readShapes([SCHEMAS.Fact])[0]!) as fc.Arbitrary<Fact>;
const base = factLike();

test("the instant of arrival is no part of the content", () => {
  const later = { ...base, recordedAt: base.recordedAt + 1 };
  expect(compareContent(base, later)).toBe(0);
  expect(contentHash(later)).toBe(contentHash(base));
});

test.each<[member: keyof Fact, other: Partial<Fact>]>([
  ["retracted", { retracted: true, body: new Uint8Array(0) }],
  ["occurredOn", { occurredOn: base.occurredOn + 1 }],
  ["region", { region: "330402" }],
  ["sample", { sample: null }],
  ["body", { body: new Uint8Array(0) }],
  ["simulated", { simulated: true }],
])("another %s is another content", (_, other) => {
  const changed = { ...base, ...other };
  expect(compareContent(base, changed)).not.toBe(0);
  expect(contentHash(changed)).not.toBe(contentHash(base));
});

test("a body that cannot be read counts by its bytes", () => {
  const odd = { ...base, body: new Uint8Array([1, 2, 3]) };
  expect(compareContent(odd, { ...odd, body: new Uint8Array([1, 2, 4]) })).toBeLessThan(0);
  expect(compareContent(odd, { ...odd })).toBe(0);
});

test("the order of contents is total: the same fact stands, whichever way they come", () => {
  fc.assert(
    fc.property(fc.array(anyFact, { minLength: 2, maxLength: 6 }), fc.nat(), (facts, turn) => {
      const turned = [...facts.slice(turn % facts.length), ...facts.slice(0, turn % facts.length)].toReversed();
      expect(contentOf(stands(turned))).toEqual(contentOf(stands(facts)));
    }),
  );
});

function stands(facts: readonly Fact[]): Fact {
  return facts.reduce((a, b) => (compareContent(a, b) < 0 ? b : a));
}

test("a hash is 32 hex digits", () => {
  expect(contentHash(base)).toMatch(/^[0-9a-f]{32}$/);
});
