import { readFileSync } from "node:fs";
import { formatDay, parseDay, type Day } from "@sanfen/model";
import { describe, expect, test } from "vitest";
import { compileRulebook } from "./compile.ts";
import { RULEBOOKS } from "./published.ts";
import { FACT_WORDS } from "./vocabulary.ts";
import type { Reason, RuleFact } from "./verdict.ts";

/** Enterprises graded by hand from the clauses' texts: `working` is that arithmetic. Dates are written `YYYY-MM-DD`. */
interface CaseFile {
  readonly rulebook: string;
  readonly version: number;
  readonly tiers: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly day: string;
  readonly products: readonly string[];
  readonly facts: readonly {
    readonly id: string;
    readonly kind: string;
    readonly on: string;
    readonly product?: string;
    readonly body: Readonly<Record<string, unknown>>;
  }[];
  readonly expect: {
    readonly grade: string;
    readonly score: number;
    readonly healthCode: string;
    readonly tier: string;
    readonly reasons: readonly Reason[];
    readonly nextReviewOn: string | null;
  };
  readonly working: string;
}

function dayOf(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new Error(`${text} is no day`);
  return day;
}

function toFact({ id, kind, on, product, body }: Case["facts"][number]): RuleFact {
  const words = FACT_WORDS.get(kind);
  const days = Object.entries(body).map(([field, value]) => [
    field,
    words?.[field] === "date" && typeof value === "string" ? dayOf(value) : value,
  ]);
  return {
    id,
    kind,
    occurredOn: dayOf(on),
    role: "none",
    product: product ?? null,
    sample: null,
    source: "case",
    body: Object.fromEntries(days) as Record<string, unknown>,
  };
}

describe.each(RULEBOOKS)("$id graded by hand", (rulebook) => {
  const file = new URL(`rulebooks/${rulebook.id}.cases.json`, import.meta.url);
  const { tiers, cases, ...of } = JSON.parse(readFileSync(file, "utf8")) as CaseFile;
  const compiled = compileRulebook(rulebook);

  test("covers the rulebook: thirty enterprises, every grade, every clause", () => {
    expect(of).toEqual({ rulebook: rulebook.id, version: rulebook.version });
    expect(cases.length).toBeGreaterThanOrEqual(30);
    expect(new Set(cases.map(({ expect: { grade } }) => grade))).toEqual(
      new Set(rulebook.grades.list.map(({ id }) => id)),
    );
    expect(new Set(cases.flatMap(({ expect: { reasons } }) => reasons.map(({ clause }) => clause)))).toEqual(
      new Set(rulebook.clauses.map(({ id }) => id)),
    );
  });

  test.each(cases)("$name: $working", ({ day, products, facts, expect: expected }) => {
    const { nextReviewOn, ...verdict } = compiled.grade(
      { facts: facts.map(toFact), products },
      dayOf(day),
      (product) => tiers[product],
    );
    expect({ ...verdict, nextReviewOn: nextReviewOn === null ? null : formatDay(nextReviewOn) }).toEqual({
      rulebook: rulebook.id,
      rulebookVersion: rulebook.version,
      ...expected,
    });
  });
});
