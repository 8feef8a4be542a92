import type { Day, Text } from "@sanfen/model";
import type { Clause, GradeRule, Rulebook } from "./rulebook.ts";
import type { RuleFact } from "./verdict.ts";

/** Builders for tests: a rulebook of three grades (0, 10, 20 points) around the clauses under test, and facts. */

/** 2026-06-30. */
export const TODAY: Day = 20_634;

export function text(words: string): Text {
  return { zh: words, en: words };
}

export function clause(parts: Partial<Clause> & Pick<Clause, "when">): Clause {
  return { id: "c", text: text("a clause"), illustrative: "ours", ...parts };
}

const GRADES: readonly GradeRule[] = [
  { id: "good", title: text("good"), score: { from: 0, below: 10 } },
  { id: "fair", title: text("fair"), score: { from: 10, below: 20 } },
  { id: "bad", title: text("bad"), score: { from: 20 } },
];

export function rulebookOf(...clauses: readonly Clause[]): Rulebook {
  return {
    id: "sample",
    version: 3,
    title: text("sample"),
    source: text("made for a test"),
    notes: { ours: text("made for a test") },
    tiers: {
      illustrative: "ours",
      list: ["strict", "special", "ordinary"].map((id) => ({ id, title: text(id) })),
      default: "ordinary",
    },
    clauses,
    grades: { illustrative: "ours", list: GRADES },
    healthCode: { illustrative: "ours", byGrade: { good: "green", fair: "yellow", bad: "red" } },
    regions: {
      illustrative: "ours",
      grades: ["bad"],
      scales: [
        {
          levels: ["county"],
          leastEnterprises: 10,
          bands: [
            { colour: "green", from: 0, below: 100 },
            { colour: "yellow", from: 100, below: 333 },
            { colour: "red", from: 333 },
          ],
        },
      ],
    },
    index: {
      illustrative: "ours",
      parts: [
        { of: "share", weight: 50 },
        { of: "passRate", weight: 30 },
        { of: "coverage", weight: 20 },
      ],
    },
  };
}

export function fact(parts: Partial<RuleFact> & { readonly id: string }): RuleFact {
  return {
    kind: "inspection",
    occurredOn: TODAY - 10,
    role: "none",
    product: null,
    sample: null,
    source: "test",
    body: {},
    ...parts,
  };
}
