import type { Day } from "@sanfen/model";
import { describe, expect, test } from "vitest";
import { checkRulebook } from "./check.ts";
import { compileRulebook } from "./compile.ts";
import { RULEBOOKS } from "./published.ts";
import { TODAY, fact } from "./testing.ts";
import type { RuleFact } from "./verdict.ts";

describe.each(RULEBOOKS)("$id", (rulebook) => {
  test("passes the check that any rulebook must pass", () => {
    expect(checkRulebook(rulebook)).toEqual({ rulebook });
  });

  test("says of every number that is not the regime's that it is ours, and why", () => {
    const { clauses, grades, healthCode, regions, supervision, index } = rulebook;
    for (const part of [...clauses, grades, healthCode, regions, supervision, index]) {
      expect(rulebook.notes[part?.illustrative ?? ""]).toBeDefined();
    }
  });
});

test("they are sorted, each key once", () => {
  const keys = RULEBOOKS.map((rulebook) => compileRulebook(rulebook).key);
  expect(keys).toEqual([...new Set(keys)].sort());
});

/** Uniform numbers in [0, 1) from a seed (a 32-bit linear congruence): the same population on every machine. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Facts of one enterprise over three years: two inspections a year of which 12 % fail, and what else comes of failing. */
function history(next: () => number): RuleFact[] {
  const facts: RuleFact[] = [];
  const severity = (): string => {
    const at = next();
    if (at < 0.5) return "minor";
    return at < 0.85 ? "serious" : "critical";
  };
  const day = (): Day => TODAY - Math.floor(next() * 1095);
  const happens = (perYear: number): number =>
    Array.from({ length: 30 }, next).filter((at) => at < perYear / 10).length;
  const add = (kind: string, body: RuleFact["body"]): void => {
    facts.push(fact({ id: `${facts.length}`, kind, occurredOn: day(), product: next() < 0.2 ? "h" : "l", body }));
  };
  for (let i = happens(2); i > 0; i -= 1) {
    const failed = next() < 0.12;
    add("inspection", failed ? { result: "fail", severity: severity() } : { result: "pass", severity: "none" });
    if (failed && next() < 0.1) add("penalty", { offence: "substandard", publishedUntil: null });
  }
  for (let i = happens(0.3); i > 0; i -= 1) add("complaint", { severity: next() < 0.7 ? "minor" : "serious" });
  return facts;
}

test("jiaxing-2021 puts 8 to 15 in a hundred at risk where 12 % of samples fail", () => {
  const jiaxing = compileRulebook(RULEBOOKS.find(({ id }) => id === "jiaxing-2021")!);
  const next = uniform(2021);
  let risk = 0;
  for (let i = 0; i < 7000; i += 1) {
    const facts = history(next);
    const verdict = jiaxing.grade({ facts, products: [] }, TODAY, (product) => (product === "h" ? "high" : "low"));
    if (verdict.grade === "risk") risk += 1;
  }
  expect(risk / 7000).toBeGreaterThan(0.08);
  expect(risk / 7000).toBeLessThan(0.15);
});
