import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRulebook, type CompiledRulebook } from "./compile.ts";
import { RULEBOOKS } from "./published.ts";
import type { Rulebook } from "./rulebook.ts";
import { TODAY, fact } from "./testing.ts";
import { FACT_WORDS, ROLES, SEVERITIES, type FieldWords } from "./vocabulary.ts";
import type { RuleFact, Verdict } from "./verdict.ts";

const TIERS = ["high", "medium", "low"];
const PRODUCTS = ["p0", "p1", "p2", "unheard-of"];
const tierOf = (product: string): string | undefined => TIERS[PRODUCTS.indexOf(product)];

/** Texts that the rulebooks ask for, and one that none does. */
const TEXTS = ["serious-dishonesty", "abnormal-operation", "quality-system", "valid", "expired", "suspended", "f1"];

const findings = fc.array(
  fc.record({ severity: fc.constantFrom(...SEVERITIES), count: fc.integer({ min: 0, max: 4 }) }),
  { maxLength: 3 },
);

function arbitraryValue(words: FieldWords): fc.Arbitrary<unknown> {
  if (typeof words !== "string") return fc.constantFrom(...words);
  switch (words) {
    case "text":
      return fc.option(fc.constantFrom(...TEXTS));
    case "number":
      return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 9990, max: 10_010 }));
    case "boolean":
      return fc.boolean();
    case "date":
      return fc.option(fc.integer({ min: TODAY - 100, max: TODAY + 400 }));
    case "findings":
      return findings;
    case "list":
      return fc.constant([]);
    default:
      return words satisfies never;
  }
}

// Inspections are named thrice: most clauses are about them.
const kinds = [...FACT_WORDS.keys(), "inspection", "inspection"];

const arbitraryFact: fc.Arbitrary<Omit<RuleFact, "id">> = fc.constantFrom(...kinds).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    occurredOn: fc.integer({ min: TODAY - 1200, max: TODAY + 150 }),
    role: fc.constantFrom(...ROLES),
    product: fc.option(fc.constantFrom(...PRODUCTS)),
    sample: fc.constant(null),
    source: fc.constant("property"),
    body: fc.record(
      Object.fromEntries(Object.entries(FACT_WORDS.get(kind)!).map(([field, words]) => [field, arbitraryValue(words)])),
    ),
  }),
);

const arbitraryFacts: fc.Arbitrary<RuleFact[]> = fc
  .array(arbitraryFact, { maxLength: 14 })
  .map((facts) => facts.map((parts, i) => ({ ...parts, id: `f${i}` })));

const grade = (compiled: CompiledRulebook, facts: readonly RuleFact[], day: number = TODAY): Verdict =>
  compiled.grade({ facts, products: ["p1"] }, day, tierOf);

function withoutReview(verdict: Verdict): Partial<Verdict> {
  const { nextReviewOn: _, ...rest } = verdict;
  return rest;
}

/** Facts that are bad news whatever else is known. */
const arbitraryBadNews: fc.Arbitrary<RuleFact> = fc
  .tuple(
    fc.oneof(
      fc.record({ severity: fc.constantFrom(...SEVERITIES), findings }).map((body) => ({
        kind: "inspection",
        body: { ...body, result: "fail" },
      })),
      ...[
        { kind: "inspection", body: { result: "refused" } },
        { kind: "label_check", body: { result: "fail" } },
        { kind: "recall", body: { level: "one", ordered: true } },
        { kind: "complaint", body: { severity: "critical" } },
        { kind: "opinion", body: { severity: "serious", reach: 20_000 } },
        { kind: "penalty", body: { offence: "counterfeit", publishedUntil: null } },
        { kind: "credit", body: { scheme: "serious-dishonesty", change: "listed" } },
        { kind: "credit", body: { scheme: "abnormal-operation", change: "listed" } },
        { kind: "rectification", body: { of: "f1", state: "overdue" } },
        { kind: "traceability", body: { level: 5 } },
        { kind: "change", body: { licence: "revoked", compulsoryCertificate: null } },
      ].map((news) => fc.constant(news)),
    ),
    fc.integer({ min: TODAY - 1200, max: TODAY }),
    fc.option(fc.constantFrom(...PRODUCTS)),
  )
  .map(([news, occurredOn, product]) => fact({ id: "news", occurredOn, product, ...news }));

describe.each(RULEBOOKS)("$id", (rulebook) => {
  const compiled = compileRulebook(rulebook);
  const place = ({ grade: id }: Verdict): number => rulebook.grades.list.findIndex((grade) => grade.id === id);

  test("the order of facts does not matter", () => {
    const shuffled = arbitraryFacts.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([facts, others]) => {
        expect(grade(compiled, others)).toEqual(grade(compiled, facts));
      }),
      { numRuns: 300 },
    );
  });

  test("what was graded before does not matter", () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.integer({ min: -400, max: 400 }), (facts, days) => {
        const day = TODAY + days;
        const graded = structuredClone(facts);
        expect(grade(compiled, graded, day)).toEqual(grade(compileRulebook(rulebook), facts, day));
        expect(graded).toEqual(facts);
      }),
      { numRuns: 100 },
    );
  });

  test("bad news never improves a grade or lowers a score", () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryBadNews, (facts, news) => {
        const before = grade(compiled, facts);
        const after = grade(compiled, [...facts, news]);
        expect(place(after)).toBeGreaterThanOrEqual(place(before));
        expect(after.score).toBeGreaterThanOrEqual(before.score);
      }),
      { numRuns: 500 },
    );
  });

  test("a failure made worse never improves a grade or lowers a score", () => {
    fc.assert(
      fc.property(arbitraryFacts, fc.integer({ min: 0, max: 2 }), fc.boolean(), (facts, severity, findings) => {
        const failed = (worse: number): RuleFact[] => {
          const grave = { severity: "critical", count: findings ? worse : 0 };
          const body = { result: "fail", severity: SEVERITIES[severity + worse], findings: [grave] };
          return [...facts, fact({ id: "failed", product: "p0", body })];
        };
        const [before, after] = [grade(compiled, failed(0)), grade(compiled, failed(1))];
        expect(place(after)).toBeGreaterThanOrEqual(place(before));
        expect(after.score).toBeGreaterThanOrEqual(before.score);
      }),
      { numRuns: 300 },
    );
  });

  test("nothing changes by itself before the next review", () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const verdict = grade(compiled, facts);
        // With nothing to come, all facts have left after some 1,400 days, or will never leave.
        const until = verdict.nextReviewOn ?? TODAY + 1400;
        expect(until).toBeGreaterThan(TODAY);
        for (let day = TODAY + 1; day < until; day += 1) {
          expect(withoutReview(grade(compiled, facts, day))).toEqual(withoutReview(verdict));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a reason follows from its own clause and facts, and the score from the reasons", () => {
    fc.assert(
      fc.property(arbitraryFacts, (facts) => {
        const { reasons, score, grade: graded } = grade(compiled, facts);
        let points = 0;
        let floor = 0;
        for (const reason of reasons) {
          points += reason.points;
          const clauses = rulebook.clauses.filter(({ id }) => id === reason.clause);
          const alone = compileRulebook({ ...rulebook, clauses });
          const behind = facts.filter(({ id }) => reason.facts.includes(id));
          expect(grade(alone, behind).reasons).toEqual([reason]);
          floor = Math.max(
            floor,
            rulebook.grades.list.findIndex(({ id }) => id === clauses[0]?.floor),
          );
        }
        expect(score).toBe(Math.max(0, points));
        const byScore = rulebook.grades.list.findIndex(({ score: { below = Infinity } }) => score < below);
        expect(graded).toBe(rulebook.grades.list[Math.max(byScore, floor)]?.id);
        expect(reasons.map(({ clause }) => clause)).toEqual(reasons.map(({ clause }) => clause).sort());
      }),
      { numRuns: 300 },
    );
  });
});

test("without pass rates and waiting facts the next review is the day of a change, no earlier", () => {
  const jiaxing = RULEBOOKS.find(({ id }) => id === "jiaxing-2021")!;
  const clauses = jiaxing.clauses.filter(({ if: condition }) => !condition || !("passRate" in condition));
  const exact: Rulebook = { ...jiaxing, clauses };
  const compiled = compileRulebook(exact);
  fc.assert(
    fc.property(arbitraryFacts, (all) => {
      const facts = all.filter(({ occurredOn }) => occurredOn <= TODAY);
      const verdict = grade(compiled, facts);
      if (verdict.nextReviewOn === null) return;
      expect(withoutReview(grade(compiled, facts, verdict.nextReviewOn))).not.toEqual(withoutReview(verdict));
    }),
    { numRuns: 300 },
  );
});
