import { RULEBOOKS } from "@sanfen/rulebook";
import { describe, expect, it } from "vitest";
import { documentOf, documents, FIRST_DAY, numbered, tickOf } from "./testing/county.ts";
import { readTimeline } from "./timeline.ts";

const NEXT = FIRST_DAY + 1;

describe("ticks", () => {
  it("stand when they are newer, of the same day or the next, and not of the future", () => {
    const controls = numbered([
      tickOf(FIRST_DAY),
      tickOf(FIRST_DAY, 6),
      tickOf(FIRST_DAY, 6),
      tickOf(FIRST_DAY - 1, 30),
      tickOf(FIRST_DAY + 2),
      { ...tickOf(NEXT), recordedAt: NEXT * 86_400_000 - 1 },
      tickOf(NEXT),
    ]);
    const standing = readTimeline(controls).map(({ number, day, newDay }) => [number, day, newDay]);
    expect(standing).toEqual([
      [0, FIRST_DAY, true],
      [1, FIRST_DAY, false],
      [6, NEXT, true],
    ]);
  });
});

describe("documents", () => {
  it("hold from the next midnight, not from the next tick", () => {
    const ticks = readTimeline(
      numbered([tickOf(FIRST_DAY), ...documents(), tickOf(FIRST_DAY, 6), tickOf(NEXT), tickOf(NEXT, 6)]),
    );
    expect(ticks.map(({ rules }) => rules.regions.length)).toEqual([0, 0, 3, 3]);
    expect(ticks[3]!.rules).toBe(ticks[2]!.rules);
  });

  it("that cannot be read, are of no known kind, or give a known rulebook another text, change nothing", () => {
    const [rulebook] = RULEBOOKS;
    const bad = [
      { kind: "scheme" as const, document: "[" },
      { kind: "scheme" as const, document: null },
      documentOf("rulebook", { id: "x" }),
      documentOf("rulebook", { ...rulebook, clauses: rulebook!.clauses.slice(0, 1), notes: {} }),
      documentOf("tiers", {}),
      documentOf("calendar", {}),
    ];
    const [, before, after] = readTimeline(
      numbered([tickOf(FIRST_DAY - 1), ...documents(), tickOf(FIRST_DAY), ...bad, tickOf(NEXT)]),
    );
    expect(after!.rules.regions).toEqual(before!.rules.regions);
    expect(after!.rules.along("3304").map(({ key }) => key)).toEqual(before!.rules.along("3304").map(({ key }) => key));
  });
});

describe("bindings", () => {
  const binding = (code: string, rulebook: string, from: string): ReturnType<typeof documentOf> =>
    documentOf("binding", { jurisdiction: [code], rulebook, version: 1, from });
  // Day 20,001 is 2024-10-05.
  const rulesWith = (...bindings: ReturnType<typeof documentOf>[]): ReturnType<typeof readTimeline>[number]["rules"] =>
    readTimeline(numbered([...documents(), ...bindings, tickOf(FIRST_DAY), tickOf(NEXT)]))[1]!.rules;

  it("begin on their day", () => {
    const ticks = readTimeline(
      numbered([...documents(), binding("330402", "chicago-2014", "2024-10-05"), tickOf(FIRST_DAY), tickOf(NEXT)]),
    );
    expect(ticks.map(({ rules }) => rules.along("330402001").map(({ key }) => key))).toEqual([
      ["jiaxing-2021@1"],
      ["jiaxing-2021@1", "chicago-2014@1"],
    ]);
  });

  it("give way to one that began later, or was appended later", () => {
    const later = rulesWith(binding("3304", "chicago-2014", "2019-01-02"));
    expect(later.shownBy("3304")?.key).toBe("chicago-2014@1");
    const appendedLater = rulesWith(binding("3304", "chicago-2014", "2019-01-01"));
    expect(appendedLater.shownBy("3304")?.key).toBe("chicago-2014@1");
    const earlier = rulesWith(binding("3304", "chicago-2014", "2018-12-31"));
    expect(earlier.shownBy("3304")?.key).toBe("jiaxing-2021@1");
  });

  it("show a region its own, though the same rulebook is bound further up, and another between", () => {
    const rules = rulesWith(
      binding("33", "chicago-2014", "2019-01-01"),
      binding("330402", "chicago-2014", "2019-01-01"),
    );
    expect(rules.along("330402001").map(({ key }) => key)).toEqual(["jiaxing-2021@1", "chicago-2014@1"]);
    expect(rules.shownBy("330402001")?.key).toBe("chicago-2014@1");
  });
});
