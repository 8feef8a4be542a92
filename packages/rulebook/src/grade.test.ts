import { describe, expect, test } from "vitest";
import { compileRulebook } from "./compile.ts";
import type { Clause, Points, Selection } from "./rulebook.ts";
import { TODAY, clause, fact, rulebookOf } from "./testing.ts";
import type { RuleFact, Verdict } from "./verdict.ts";

const TIERS: Readonly<Record<string, string>> = { rope: "strict", lamp: "special", cup: "of-another-rulebook" };

function grade(clauses: readonly Clause[], facts: readonly RuleFact[], products: readonly string[] = []): Verdict {
  return compileRulebook(rulebookOf(...clauses)).grade({ facts, products }, TODAY, (product) => TIERS[product]);
}

const PASSES = [fact({ id: "p", body: { result: "pass" } }), fact({ id: "q", body: { result: "pass" } })];
const FAILS = ["f", "g", "h"].map((id) => fact({ id, body: { result: "fail" } }));

describe("a selection", () => {
  const seen = fact({
    id: "f",
    role: "maker",
    product: "rope",
    body: {
      result: "fail",
      ordered: true,
      reach: 100,
      level: null,
      findings: [
        { severity: "minor", count: 2 },
        { severity: "minor", count: 1 },
      ],
    },
  });

  test.each<[string, Omit<Selection, "kinds">, boolean]>([
    ["nothing asked", {}, true],
    ["its role", { roles: ["seller", "maker"] }, true],
    ["another role", { roles: ["seller"] }, false],
    ["its value", { body: { result: ["fail"] } }, true],
    ["one of several values", { body: { result: ["refused", "fail"] } }, true],
    ["another value", { body: { result: ["pass"] } }, false],
    ["yes or no", { body: { ordered: [true] } }, true],
    ["no, where it is yes", { body: { ordered: [false] } }, false],
    ["at least its number", { body: { reach: { atLeast: 100 } } }, true],
    ["at least one more", { body: { reach: { atLeast: 101 } } }, false],
    ["below its number", { body: { reach: { below: 100 } } }, false],
    ["below one more", { body: { reach: { below: 101 } } }, true],
    ["a number where there is none", { body: { level: { below: 100 } } }, false],
    ["a field that is missing", { body: { offence: ["other"] } }, false],
    ["all of two", { body: { result: ["fail"], reach: { atLeast: 1 } } }, true],
    ["one of two", { body: { result: ["fail"], reach: { atLeast: 1000 } } }, false],
    ["two of three", { roles: ["maker"], body: { result: ["fail"], ordered: [false] } }, false],
    ["findings, added up", { findings: { minor: { atLeast: 3 } } }, true],
    ["more findings", { findings: { minor: { atLeast: 4 } } }, false],
    ["findings of a severity not counted", { findings: { critical: { below: 1 } } }, true],
    ["the tier of its product", { tiers: ["strict"] }, true],
    ["another tier", { tiers: ["special", "ordinary"] }, false],
  ])("that asks for %s", (_, selection, selected) => {
    const { score } = grade([clause({ when: { kinds: ["inspection"], ...selection }, points: 1 })], [seen]);
    expect(score).toBe(selected ? 1 : 0);
  });

  test("of other kinds leaves a fact out", () => {
    expect(grade([clause({ when: { kinds: ["recall", "penalty"] }, points: 1 })], [seen]).reasons).toEqual([]);
  });

  test.each<[string | null, string, number]>([
    ["lamp", "special", 1],
    ["cup", "ordinary", 1],
    ["unheard-of", "ordinary", 1],
    [null, "ordinary", 0],
  ])("by tier takes product %s for %s", (product, tier, score) => {
    const rule = clause({ when: { kinds: ["inspection"], tiers: [tier] }, points: 1 });
    expect(grade([rule], [fact({ id: "f", product })]).score).toBe(score);
  });
});

const state = (id: string, occurredOn: number, of: string | null, value: string | null): RuleFact =>
  fact({ id, occurredOn, kind: "rectification", body: { of, state: value } });

describe("the newest", () => {
  const overdue = clause({
    when: { kinds: ["rectification"], body: { state: ["overdue"] }, newestPer: "of" },
    points: 1,
  });

  test.each<[string, readonly RuleFact[], readonly string[]]>([
    ["replaces what came before", [state("a", 5, "x", "overdue"), state("b", 6, "x", "done")], []],
    ["stands whatever came before", [state("a", 5, "x", "done"), state("b", 6, "x", "overdue")], ["b"]],
    ["of a day is the greater id", [state("b", 5, "x", "overdue"), state("a", 5, "x", "done")], ["b"]],
    ["is looked for in each group", [state("a", 5, "x", "overdue"), state("b", 6, "y", "done")], ["a"]],
    ["must speak of what is asked", [state("a", 5, "x", "overdue"), state("b", 6, "x", null)], ["a"]],
    ["is not one that waits", [state("a", 5, "x", "overdue"), state("b", TODAY + 1, "x", "done")], ["a"]],
  ])("%s", (_, facts, counted) => {
    expect(grade([overdue], facts).reasons.flatMap((reason) => reason.facts)).toEqual(counted);
  });

  test("per product and per subject", () => {
    const facts = ["rope", "lamp", "rope"].map((product, i) => fact({ id: `f${i}`, occurredOn: i, product }));
    const per = (newestPer: string) =>
      grade([clause({ when: { kinds: ["inspection"], newestPer }, points: 1 })], facts).reasons[0]?.facts;
    expect(per("product")).toEqual(["f1", "f2"]);
    expect(per("subject")).toEqual(["f2"]);
  });

  test("by role: another role's does not replace it", () => {
    const facts = [fact({ id: "a", role: "maker" }), fact({ id: "b", role: "seller", occurredOn: TODAY })];
    const rule = clause({ when: { kinds: ["inspection"], roles: ["maker"], newestPer: "subject" }, points: 1 });
    expect(grade([rule], facts).reasons[0]?.facts).toEqual(["a"]);
  });
});

const severe = (id: string, severity: string, critical: number): RuleFact =>
  fact({ id, body: { severity, findings: [{ severity: "critical", count: critical }] } });

describe("points", () => {
  const facts = [severe("a", "critical", 2), severe("b", "minor", 0), severe("c", "none", -4)];
  const bySeverity: Points = { by: "severity", values: { critical: 5, minor: 0 }, else: 1 };

  test.each<[string, Partial<Clause>, number, readonly string[]]>([
    ["the same for each fact", { points: 3 }, 9, ["a", "b", "c"]],
    ["by a field; a fact worth 0 is not counted", { points: bySeverity }, 6, ["a", "c"]],
    ["for each finding; none below zero", { points: { perFinding: { critical: 4 } } }, 8, ["a"]],
    ["more for the second and the third", { points: 3, repeat: 2 }, 13, ["a", "b", "c"]],
    ["no more than the cap", { points: 3, repeat: 2, cap: 12 }, 12, ["a", "b", "c"]],
    ["once", { once: 7 }, 7, ["a", "b", "c"]],
    ["once besides each", { once: 7, points: 1 }, 10, ["a", "b", "c"]],
    ["none", { floor: "fair" }, 0, ["a", "b", "c"]],
  ])("%s", (_, parts, points, counted) => {
    const verdict = grade([clause({ when: { kinds: ["inspection"] }, ...parts })], facts);
    expect(verdict.reasons).toEqual([{ clause: "c", points, facts: counted }]);
    expect(verdict.score).toBe(points);
  });

  test("of merit: capped, too, and never below a score of 0", () => {
    const merit = clause({ id: "m", when: { kinds: ["award"] }, points: -3, cap: 5 });
    const awards = ["a", "b"].map((id) => fact({ id, kind: "award" }));
    expect(grade([merit], awards)).toMatchObject({ score: 0, reasons: [{ points: -5 }] });
    const demerit = clause({ id: "d", when: { kinds: ["recall"] }, points: 7 });
    expect(grade([merit, demerit], [...awards, fact({ id: "r", kind: "recall" })]).score).toBe(2);
  });

  test("beyond all reason stay within 32 bits", () => {
    const findings = [{ severity: "critical", count: 2 ** 31 - 1 }];
    const rule = clause({ when: { kinds: ["inspection"] }, points: { perFinding: { critical: 10_000 } } });
    expect(grade([rule], [fact({ id: "f", body: { findings } })]).score).toBe(1_000_000);
  });
});

const belowHalf = (of: number): Partial<Clause> => ({ if: { passRate: { belowPercent: 50, of } } });

describe("a condition", () => {
  const when: Selection = { kinds: ["inspection"] };

  test.each<[string, Partial<Clause>, readonly RuleFact[], boolean]>([
    ["three facts of three", { if: { facts: { atLeast: 3 } } }, FAILS, true],
    ["three facts of four", { if: { facts: { atLeast: 4 } } }, FAILS, false],
    ["2 of 4 passed, below half", belowHalf(1), [...PASSES, ...FAILS.slice(1)], false],
    ["2 of 5 passed, below half", belowHalf(1), [...PASSES, ...FAILS], true],
    ["2 of 5 passed, of six at least", belowHalf(6), [...PASSES, ...FAILS], false],
    ["refusals are no results", belowHalf(4), [...FAILS, fact({ id: "r", body: { result: "refused" } })], false],
    ["no results", belowHalf(1), [fact({ id: "r", body: { result: "refused" } })], false],
  ])("%s", (_, parts, facts, applies) => {
    const { grade: place, reasons } = grade([clause({ when, floor: "bad", ...parts })], facts);
    expect({ place, applied: reasons.length }).toEqual({ place: applies ? "bad" : "good", applied: applies ? 1 : 0 });
  });
});

const floor = (id: string): Clause => clause({ id, when: { kinds: ["recall"] }, floor: id });

describe("a grade", () => {
  test.each<[number, readonly string[], string, string]>([
    [0, [], "good", "green"],
    [9, [], "good", "green"],
    [10, [], "fair", "yellow"],
    [19, [], "fair", "yellow"],
    [20, [], "bad", "red"],
    [10_000, [], "bad", "red"],
    [0, ["fair"], "fair", "yellow"],
    [0, ["fair", "bad"], "bad", "red"],
    [20, ["fair"], "bad", "red"],
    [10, ["bad"], "bad", "red"],
  ])("of %i points and floors %j is %s", (points, floors, place, healthCode) => {
    const rules = [...floors.map(floor), ...(points ? [clause({ when: { kinds: ["recall"] }, points })] : [])];
    expect(grade(rules, [fact({ id: "r", kind: "recall" })])).toMatchObject({ grade: place, healthCode });
  });

  test("comes with its rulebook, sorted reasons and sorted facts", () => {
    const rules = ["z", "a", "B"].map((id) => clause({ id, when: { kinds: ["inspection"] }, points: 1 }));
    expect(grade(rules, FAILS.toReversed(), ["lamp", "rope"])).toEqual({
      rulebook: "sample",
      rulebookVersion: 3,
      grade: "good",
      score: 9,
      healthCode: "green",
      tier: "strict",
      reasons: ["B", "a", "z"].map((id) => ({ clause: id, points: 3, facts: ["f", "g", "h"] })),
      nextReviewOn: null,
    });
    expect(compileRulebook(rulebookOf()).key).toBe("sample@3");
  });

  test.each<[readonly string[], string]>([
    [[], "ordinary"],
    [["lamp", "cup"], "special"],
    [["cup", "unheard-of"], "ordinary"],
    [["cup", "lamp", "rope"], "strict"],
  ])("of products %j names the tier %s", (products, tier) => {
    expect(grade([], [], products).tier).toBe(tier);
  });
});

const at = (id: string, occurredOn: number, body: RuleFact["body"] = {}): RuleFact => fact({ id, occurredOn, body });

describe("the next review", () => {
  const when: Selection = { kinds: ["inspection"] };
  const rule = clause({ when, within: { days: 30 }, points: 1 });
  const three: Partial<Clause> = { if: { facts: { atLeast: 3 } } };
  const rate: Partial<Clause> = { if: { passRate: { belowPercent: 50, of: 2 } }, floor: "bad" };
  const rated = ([id, result]: string, ago: number): RuleFact =>
    at(id!, TODAY - ago, { result: result === "+" ? "pass" : "fail" });

  test.each<[string, Partial<Clause>, readonly RuleFact[], number | null]>([
    ["nothing known", {}, [], null],
    ["the first to leave", {}, [at("a", TODAY - 5), at("b", TODAY - 20)], 10],
    ["tomorrow, on the last day", {}, [at("a", TODAY - 29)], 1],
    ["left already", {}, [at("a", TODAY - 30)], null],
    ["of today", {}, [at("a", TODAY)], 30],
    ["waiting", {}, [at("a", TODAY + 3), at("b", TODAY - 20)], 3],
    ["too few, none to come", three, [at("a", TODAY - 1)], null],
    ["enough", three, [1, 2, 3].map((ago) => at(`${ago}`, TODAY - ago)), 27],
    ["until a date", { until: "until" }, [at("a", TODAY - 5, { until: TODAY })], 1],
    ["until a date after the period", { until: "until" }, [at("a", TODAY - 5, { until: TODAY + 99 })], 25],
    ["until a date gone by", { until: "until" }, [at("a", TODAY - 5, { until: TODAY - 1 })], null],
    ["until no date", { until: "until" }, [at("a", TODAY - 5, { until: null })], 25],
    ["a rate that holds", rate, [rated("a+", 4), rated("b-", 3), rated("c-", 2)], 26],
    ["a rate that may come to hold", rate, [rated("a+", 4), rated("b+", 3), rated("c-", 2)], 26],
    ["a rate with too few left", rate, [rated("a+", 4), rated("c-", 2)], null],
    ["a rate without failures", rate, [rated("a+", 4), rated("b+", 3), rated("c+", 2)], null],
  ])("%s", (_, parts, facts, inDays) => {
    const base = "passRate" in (parts.if ?? {}) ? clause({ when, within: { days: 30 } }) : rule;
    const { nextReviewOn } = grade([{ ...base, ...parts }], facts);
    expect(nextReviewOn === null ? null : nextReviewOn - TODAY).toBe(inDays);
  });

  test("a fact that no clause looks at is not waited for", () => {
    const failed = clause({ when: { kinds: ["inspection"], body: { result: ["fail"] } }, points: 1 });
    const facts = [at("a", TODAY + 1, { result: "pass" }), fact({ id: "b", kind: "recall", occurredOn: TODAY + 2 })];
    expect(grade([failed], facts).nextReviewOn).toBeNull();
  });
});
