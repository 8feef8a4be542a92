import * as fc from "fast-check";
import { expect, it } from "vitest";
import { defaultRestart, pauseAfter } from "./restart.ts";

it("doubles the pause up to the cap, then gives up", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((failures) => pauseAfter(failures, defaultRestart, () => 0));
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, null, null]);
  expect(pauseAfter(20, { ...defaultRestart, maxFailures: 30 }, () => 0)).toBe(10_000);
});

it("shortens a pause by chance, by at most half", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
      const whole = pauseAfter(failures, defaultRestart, () => 0)!;
      const pause = pauseAfter(failures, defaultRestart, () => chance)!;
      expect(pause).toBeLessThanOrEqual(whole);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pause).toBe(whole * (1 - chance / 2));
    }),
  );
});
