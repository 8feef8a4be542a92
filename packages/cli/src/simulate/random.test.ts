import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";

function mean(count: number, draw: () => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += draw();
  return sum / count;
}

describe("Random", () => {
  it("repeats itself for a seed and stream, and for no other", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 5 }), (seed, stream) => {
        const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.unit());
        expect(draw(new Random(seed, stream))).toEqual(draw(new Random(seed, stream)));
        expect(draw(new Random(seed, stream))).not.toEqual(draw(new Random(seed, stream + 1)));
      }),
    );
  });

  it("draws Poisson numbers around their mean, beyond the limits of the exponential too", () => {
    const random = new Random(1, 0);
    for (const expected of [0, 0.3, 4, 60, 2_000]) {
      const found = mean(2_000, () => random.poisson(expected));
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected / 2_000));
    }
  });

  it("draws lognormal numbers of mean one, and normal ones of mean nothing", () => {
    const random = new Random(2, 0);
    expect(mean(50_000, () => random.lognormal(0.8))).toBeCloseTo(1, 1);
    expect(mean(50_000, () => random.normal())).toBeCloseTo(0, 1);
  });

  it("keeps all that it shuffles, and picks by weight", () => {
    const random = new Random(3, 0);
    const list = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = random.shuffled(list);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
    const heavy = mean(10_000, () =>
      random.weighted([
        [1, 3],
        [0, 1],
      ] as const),
    );
    expect(heavy).toBeCloseTo(0.75, 1);
  });
});
