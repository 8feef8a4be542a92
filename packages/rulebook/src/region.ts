import type { Colour } from "@sanfen/model";
import type { IndexParts, Rulebook } from "./rulebook.ts";

/** See `CompiledRulebook.colour`. */
export function colourOf(
  { grades, regions }: Rulebook,
  level: string,
  counts: Readonly<Record<string, number>>,
): { colour: Colour; share: number | null } {
  let enterprises = 0;
  let named = 0;
  for (const { id } of grades.list) {
    const count = counts[id] ?? 0;
    enterprises += count;
    if (regions.grades.includes(id)) named += count;
  }
  if (enterprises === 0) return { colour: "none", share: null };
  const share = named / enterprises;
  const scale = regions.scales.find(({ levels }) => levels.includes(level));
  if (!scale || enterprises < scale.leastEnterprises) return { colour: "none", share };
  // Compared in whole numbers: a share of exactly the limit must not depend on rounding.
  const band = scale.bands.find(({ below }) => below === undefined || named * 1000 < below * enterprises);
  return { colour: band?.colour ?? "none", share };
}

/** See `CompiledRulebook.index`. */
export function indexOf({ index }: Rulebook, parts: IndexParts): number | null {
  if (!index) return null;
  let sum = 0;
  for (const { of, weight } of index.parts) {
    const value = parts[of];
    // Sharing a missing part's weight among the rest would make two days' numbers incomparable.
    if (value === null) return null;
    sum += weight * (of === "share" ? 1 - value : value);
  }
  return Math.round(sum * 10) / 10;
}
