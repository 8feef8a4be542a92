import type { Day } from "@sanfen/model";
import { compilePeriod, type CompiledPeriod } from "./period.ts";
import type { Clause, Condition, Points } from "./rulebook.ts";
import { compileSpeaks, compileTest, findingsOf, newestPer, type Test, type TierOf } from "./selection.ts";
import type { Reason, RuleFact } from "./verdict.ts";

/** What no clause exceeds either way, so that a sum over a rulebook's clauses stays in 32 bits. */
export const MOST_POINTS = 1_000_000;

/** A clause made ready: facts of its kinds that `concerns` and that are young enough are gathered, then `apply` weighs them. */
export interface CompiledClause {
  readonly clause: Clause;
  readonly period: CompiledPeriod;
  /** Place of the floor among the grades, best 0. */
  readonly floor: number;
  /** Whether a fact of one of the clause's kinds bears on it, leaving days aside. */
  readonly concerns: Test;
  /** What the gathered facts (none dated after `day`) come to. Days in `reviewOn` are later than `day`; Infinity is never. */
  apply(facts: RuleFact[], day: Day, tierOf: TierOf): { readonly reason: Reason | null; readonly reviewOn: Day };
}

/** `floor`: place of the clause's floor grade, 0 when it has none. */
export function compileClause(clause: Clause, floor: number): CompiledClause {
  const period = compilePeriod(clause.within);
  const test = compileTest(clause.when);
  const worth = compilePoints(clause.points);
  const counted = (fact: RuleFact): boolean => worth(fact) !== 0 && hasResult(clause.if, fact);
  const per = clause.when.newestPer;
  const concerns: Test =
    per === undefined ? (fact, tierOf) => test(fact, tierOf) && counted(fact) : compileSpeaks(clause.when);
  const endOf = compileEnd(clause, period);
  const holds = compileCondition(clause.if);
  const mayComeToHold = compileOutlook(clause.if);
  const total = compileTotal(clause, worth);

  return {
    clause,
    period,
    floor,
    concerns,
    apply(gathered, day, tierOf) {
      let facts = gathered;
      if (per !== undefined) {
        facts = newestPer(facts, per).filter((fact) => test(fact, tierOf) && counted(fact));
      }
      if (clause.until !== undefined) facts = facts.filter((fact) => endOf(fact) > day);
      const applies = holds(facts);
      let reviewOn: Day = Infinity;
      if (applies || mayComeToHold(facts)) for (const fact of facts) reviewOn = Math.min(reviewOn, endOf(fact));
      if (!applies) return { reason: null, reviewOn };
      return { reason: { clause: clause.id, points: total(facts), facts: facts.map(idOf).sort() }, reviewOn };
    },
  };
}

function idOf(fact: RuleFact): string {
  return fact.id;
}

function hasResult(condition: Condition | undefined, fact: RuleFact): boolean {
  if (!condition || !("passRate" in condition)) return true;
  return isPass(fact) || fact.body["result"] === "fail";
}

/** A clause without points per fact counts each fact as something, so that none is left out for being worth 0. */
function compilePoints(points: Points | undefined): (fact: RuleFact) => number {
  if (points === undefined) return () => 1;
  if (typeof points === "number") return () => points;
  if ("perFinding" in points) {
    const rates = Object.entries(points.perFinding);
    return (fact) => rates.reduce((sum, [severity, rate]) => sum + rate * findingsOf(fact, severity), 0);
  }
  const values = new Map<unknown, number>(Object.entries(points.values));
  const { by } = points;
  return (fact) => values.get(fact.body[by]) ?? points.else;
}

function compileTotal(clause: Clause, worth: (fact: RuleFact) => number): (facts: readonly RuleFact[]) => number {
  const { points, repeat = 0, cap = MOST_POINTS, once = 0 } = clause;
  if (points === undefined) return () => once;
  return (facts) => {
    let sum = once + repeat * (facts.length - 1);
    for (const fact of facts) sum += worth(fact);
    return Math.max(-cap, Math.min(cap, sum));
  };
}

function compileEnd({ until }: Clause, period: CompiledPeriod): (fact: RuleFact) => Day {
  if (until === undefined) return (fact) => period.endOf(fact.occurredOn);
  return (fact) => {
    const last = fact.body[until];
    const end = period.endOf(fact.occurredOn);
    return typeof last === "number" ? Math.min(end, last + 1) : end;
  };
}

function compileCondition(condition: Condition | undefined): (facts: readonly RuleFact[]) => boolean {
  if (!condition) return (facts) => facts.length > 0;
  if ("facts" in condition) return (facts) => facts.length >= condition.facts.atLeast;
  const { belowPercent, of } = condition.passRate;
  return (facts) => {
    if (facts.length < of) return false;
    const passed = facts.reduce((sum, fact) => (isPass(fact) ? sum + 1 : sum), 0);
    return passed * 100 < belowPercent * facts.length;
  };
}

/**
 * Whether a condition that does not hold may come to, by facts leaving: a number of facts never rises so, a pass rate
 * falls where passes leave, enough results stay, and there is a failure among them.
 */
function compileOutlook(condition: Condition | undefined): (facts: readonly RuleFact[]) => boolean {
  if (!condition || "facts" in condition) return () => false;
  const { of } = condition.passRate;
  return (facts) => facts.length > of && !facts.every(isPass);
}

function isPass(fact: RuleFact): boolean {
  return fact.body["result"] === "pass";
}
