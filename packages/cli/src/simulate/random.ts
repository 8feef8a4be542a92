/** Seeded chance: the same seed and stream give the same numbers on every machine. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Beyond this mean a Poisson number is drawn in parts, before e^-mean runs out of digits. */
const MOST_MEAN = 500;

export class Random {
  readonly #source: ReturnType<typeof xoroshiro128plus>;

  /** `seed` is an integer; streams of one seed do not overlap (each is 2^64 numbers long). */
  constructor(seed: number, stream: number) {
    this.#source = xoroshiro128plus(seed);
    for (let i = 0; i < stream; i++) this.#source.jump();
  }

  /** From 0 to less than 1. */
  unit(): number {
    return uniformFloat64(this.#source);
  }

  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return uniformInt(this.#source, min, max);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** One of a list, each as often as its weight says. */
  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let left = this.unit() * list.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of list) {
      left -= weight;
      if (left < 0) return item;
    }
    return list.at(-1)![0];
  }

  /** Normally distributed, mean 0, deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** Positive with mean 1 and a long tail upwards; `sigma` is the deviation of its logarithm. */
  lognormal(sigma: number): number {
    return Math.exp(sigma * this.normal() - (sigma * sigma) / 2);
  }

  /** A number of events where `mean` are expected. */
  poisson(mean: number): number {
    if (mean > MOST_MEAN) return this.poisson(MOST_MEAN) + this.poisson(mean - MOST_MEAN);
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count += 1;
    return count;
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }
}
