import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "./version.ts";

const versions = fc.record({ epoch: fc.nat({ max: 3 }), at: fc.integer({ min: -1, max: 3 }) });

test.each([
  [
    { epoch: 1, at: 999 },
    { epoch: 2, at: 0 },
  ],
  [
    { epoch: 1, at: 4 },
    { epoch: 1, at: 5 },
  ],
  [
    { epoch: 1_700_000_000_000, at: 9 },
    { epoch: 1_700_000_000_000, at: 10 },
  ],
])("%j is older than %j", (older, newer) => {
  expect(compareVersions(older, newer)).toBeLessThan(0);
  expect(compareVersions(newer, older)).toBeGreaterThan(0);
});

test("versions are totally ordered: equal only to themselves, antisymmetric, transitive", () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      expect(compareVersions(a, b) === 0).toBe(a.epoch === b.epoch && a.at === b.at);
      // `+ 0` turns -0 into 0.
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});
