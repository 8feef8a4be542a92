import type { Colour, Day } from "@sanfen/model";
import { compileClause, type CompiledClause } from "./clause.ts";
import { colourOf, indexOf } from "./region.ts";
import type { IndexParts, Rulebook } from "./rulebook.ts";
import type { TierOf } from "./selection.ts";
import type { Reason, RuleFact, Subject, Verdict } from "./verdict.ts";

/** A rulebook made ready to grade many. Holds no state but caches of calendar arithmetic: every answer depends on its arguments alone. */
export interface CompiledRulebook {
  readonly rulebook: Rulebook;
  /** `id@version`. */
  readonly key: string;
  /**
   * The verdict on an enterprise on a day. `tierOf`: tier of a product in the catalogue; where that is undefined, or
   * no tier of this rulebook, the default tier stands.
   */
  grade(subject: Subject, day: Day, tierOf: (product: string) => string | undefined): Verdict;
  /**
   * Colour of a region from the number of enterprises per grade (grades of other rulebooks are left out). `none` at a
   * level without a scale and with fewer enterprises than the least number; the share is null only when there are none.
   */
  colour(level: string, counts: Readonly<Record<string, number>>): { colour: Colour; share: number | null };
  /** Quality index of a region, 0 to 100 with one decimal, higher is better; null where a part is not known or the rulebook has no index. */
  index(parts: IndexParts): number | null;
}

/** `rulebook` must have passed `checkRulebook`. */
export function compileRulebook(rulebook: Rulebook): CompiledRulebook {
  const { id, version } = rulebook;
  const grades = rulebook.grades.list;
  const placeOfGrade = new Map(grades.map((grade, place) => [grade.id, place]));
  const clauses = rulebook.clauses
    .map((clause) => compileClause(clause, clause.floor === undefined ? 0 : placeOfGrade.get(clause.floor)!))
    .sort((a, b) => (a.clause.id < b.clause.id ? -1 : 1));
  const oldestOn = compileHorizon(clauses);
  const byKind = groupByKind(clauses);
  const { gravest, known } = compileTiers(rulebook);

  function gather(subject: Subject, day: Day, tierOf: TierOf): { gathered: (RuleFact[] | undefined)[]; waits: Day } {
    const oldest = oldestOn(day);
    const gathered: (RuleFact[] | undefined)[] = [];
    let waits: Day = Infinity;
    for (const fact of subject.facts) {
      const { occurredOn } = fact;
      for (const place of byKind.get(fact.kind) ?? NOWHERE) {
        if (occurredOn < oldest[place]! || !clauses[place]!.concerns(fact, tierOf)) continue;
        if (occurredOn > day) waits = Math.min(waits, occurredOn);
        else (gathered[place] ??= []).push(fact);
      }
    }
    return { gathered, waits };
  }

  return {
    rulebook,
    key: `${id}@${version}`,
    grade(subject, day, catalogueTierOf) {
      const tierOf: TierOf = (product) => known(catalogueTierOf(product));
      const { gathered, waits } = gather(subject, day, tierOf);
      const reasons: Reason[] = [];
      let nextReviewOn = waits;
      let score = 0;
      let floor = 0;
      for (const [place, facts] of gathered.entries()) {
        if (!facts) continue;
        const clause = clauses[place]!;
        const { reason, reviewOn } = clause.apply(facts, day, tierOf);
        nextReviewOn = Math.min(nextReviewOn, reviewOn);
        if (!reason) continue;
        reasons.push(reason);
        score += reason.points;
        floor = Math.max(floor, clause.floor);
      }
      score = Math.max(0, score);
      let place = floor;
      while (place < grades.length - 1 && score >= grades[place]!.score.below!) place += 1;
      const grade = grades[place]!.id;
      return {
        rulebook: id,
        rulebookVersion: version,
        grade,
        score,
        healthCode: rulebook.healthCode.byGrade[grade]!,
        tier: gravest(subject.products, tierOf),
        reasons,
        nextReviewOn: nextReviewOn === Infinity ? null : nextReviewOn,
      };
    },
    colour: (level, counts) => colourOf(rulebook, level, counts),
    index: (parts) => indexOf(rulebook, parts),
  };
}

const NOWHERE: readonly number[] = [];

/** Places of the clauses that look at facts of a kind. */
function groupByKind(clauses: readonly CompiledClause[]): Map<string, number[]> {
  const byKind = new Map<string, number[]>();
  for (const [place, { clause }] of clauses.entries()) {
    for (const kind of clause.when.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), place]);
  }
  return byKind;
}

/** Oldest day of facts that each clause still counts. Many enterprises are graded on one day, so the last answer is kept. */
function compileHorizon(clauses: readonly CompiledClause[]): (day: Day) => readonly Day[] {
  let lastDay: Day | undefined;
  let last: readonly Day[] = [];
  return (day) => {
    if (day !== lastDay) {
      last = clauses.map(({ period }) => period.oldestOn(day));
      lastDay = day;
    }
    return last;
  };
}

function compileTiers({ tiers }: Rulebook): {
  gravest: (products: readonly string[], tierOf: TierOf) => string;
  known: (tier: string | undefined) => string;
} {
  const places = new Map(tiers.list.map(({ id }, place) => [id, place]));
  return {
    known: (tier) => (tier !== undefined && places.has(tier) ? tier : tiers.default),
    gravest: (products, tierOf) => {
      let place = Infinity;
      for (const product of products) place = Math.min(place, places.get(tierOf(product))!);
      return tiers.list[place]?.id ?? tiers.default;
    },
  };
}
