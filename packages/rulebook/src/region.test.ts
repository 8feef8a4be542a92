import { describe, expect, test } from "vitest";
import { compileRulebook } from "./compile.ts";
import type { IndexParts, Rulebook } from "./rulebook.ts";
import { rulebookOf } from "./testing.ts";

const compiled = compileRulebook(rulebookOf());

describe("a region's colour", () => {
  test.each<[string, Record<string, number>, string, number | null]>([
    ["no enterprise", {}, "none", null],
    ["enterprises of other rulebooks alone", { A: 50 }, "none", null],
    ["fewer than the least number", { good: 1, bad: 8 }, "none", 8 / 9],
    ["the least number", { good: 1, fair: 1, bad: 8 }, "red", 0.8],
    ["none of the named grade", { good: 10 }, "green", 0],
    ["just below a limit", { good: 901, bad: 99 }, "green", 0.099],
    ["exactly on a limit", { good: 900, bad: 100 }, "yellow", 0.1],
    ["a third, just above 333 per mille", { fair: 20, bad: 10 }, "red", 1 / 3],
    ["just below 333 per mille", { fair: 6680, bad: 3320 }, "yellow", 0.332],
    ["all of the named grade", { bad: 10 }, "red", 1],
    ["grades of other rulebooks besides", { good: 18, bad: 2, A: 1000 }, "yellow", 0.1],
  ])("%s", (_, counts, colour, share) => {
    expect(compiled.colour("county", counts)).toEqual({ colour, share });
  });

  test("is none at a level without a scale, though the share is known", () => {
    expect(compiled.colour("ward", { good: 30, bad: 10 })).toEqual({ colour: "none", share: 0.25 });
  });
});

describe("the index", () => {
  test.each<[IndexParts, number | null]>([
    [{ share: 0, passRate: 1, coverage: 1 }, 100],
    [{ share: 1, passRate: 0, coverage: 0 }, 0],
    [{ share: 0.1, passRate: 0.88, coverage: 0.5 }, 81.4],
    [{ share: 1 / 3, passRate: 1, coverage: 0 }, 63.3],
    [{ share: null, passRate: 1, coverage: 1 }, null],
    [{ share: 0, passRate: null, coverage: 1 }, null],
    [{ share: 0, passRate: 1, coverage: null }, null],
  ])("of %j is %j", (parts, index) => {
    expect(compiled.index(parts)).toBe(index);
  });

  test("needs no part that the formula leaves out", () => {
    const rulebook: Rulebook = {
      ...rulebookOf(),
      index: { illustrative: "ours", parts: [{ of: "share", weight: 100 }] },
    };
    expect(compileRulebook(rulebook).index({ share: 0.25, passRate: null, coverage: null })).toBe(75);
  });

  test("is null where a rulebook has none", () => {
    const { index: _, ...rulebook } = rulebookOf();
    expect(compileRulebook(rulebook).index({ share: 0, passRate: 1, coverage: 1 })).toBeNull();
  });
});
