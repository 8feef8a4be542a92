/** Chance that can be had again: numbers that follow from a seed (Mulberry32). */
export interface Chance {
  /** A whole number in [0, below). */
  below(below: number): number;
  among<T>(list: readonly T[]): T;
}

export function chanceFrom(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, among: (list) => list[below(list.length)]! };
}
