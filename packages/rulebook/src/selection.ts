import type { Bounds, Selection } from "./rulebook.ts";
import type { RuleFact } from "./verdict.ts";

/** Tier of a product by its code, as the rulebook knows it. */
export type TierOf = (product: string) => string;

/** Whether a fact of the right kind meets the conditions. */
export type Test = (fact: RuleFact, tierOf: TierOf) => boolean;

/** The conditions of a selection, but for `kinds` (facts are handed out by kind) and `newestPer`. */
export function compileTest(selection: Selection): Test {
  const tests: Test[] = [];
  const { roles, body, findings, tiers } = selection;
  if (roles) tests.push((fact) => roles.includes(fact.role));
  for (const [field, allowed] of Object.entries(body ?? {})) tests.push(compileField(field, allowed));
  for (const [severity, bounds] of Object.entries(findings ?? {})) {
    const within = compileBounds(bounds);
    tests.push((fact) => within(findingsOf(fact, severity)));
  }
  if (tiers) tests.push((fact, tierOf) => fact.product !== null && tiers.includes(tierOf(fact.product)));
  const [first, second] = tests;
  if (!first) return () => true;
  if (!second) return first;
  if (tests.length === 2) return (fact, tierOf) => first(fact, tierOf) && second(fact, tierOf);
  return (fact, tierOf) => tests.every((test) => test(fact, tierOf));
}

/** Whether a fact speaks of all that a clause with `newestPer` asks: one that does not leaves the one before it standing. */
export function compileSpeaks(selection: Selection): Test {
  const { roles } = selection;
  const fields = Object.keys(selection.body ?? {});
  return (fact) =>
    (!roles || roles.includes(fact.role)) &&
    fields.every((field) => fact.body[field] !== null && fact.body[field] !== undefined);
}

/** Of the facts that agree in `newestPer`, the newest each; of one day, the greater id. */
export function newestPer(facts: readonly RuleFact[], per: string): RuleFact[] {
  const newest = new Map<unknown, RuleFact>();
  for (const fact of facts) {
    const group = groupOf(fact, per);
    const other = newest.get(group);
    if (!other || isNewer(fact, other)) newest.set(group, fact);
  }
  return [...newest.values()];
}

/** Number of findings of a severity; 0 where the source does not count them. */
export function findingsOf(fact: RuleFact, severity: string): number {
  const { findings } = fact.body;
  if (!Array.isArray(findings)) return 0;
  let count = 0;
  for (const finding of findings as readonly { severity: string; count: number }[]) {
    if (finding.severity === severity && finding.count > 0) count += finding.count;
  }
  return count;
}

function groupOf(fact: RuleFact, per: string): unknown {
  if (per === "subject") return null;
  return per === "product" ? fact.product : fact.body[per];
}

function isNewer(fact: RuleFact, other: RuleFact): boolean {
  return fact.occurredOn === other.occurredOn ? fact.id > other.id : fact.occurredOn > other.occurredOn;
}

function compileField(field: string, allowed: readonly (string | boolean)[] | Bounds): Test {
  if (!isList(allowed)) {
    const within = compileBounds(allowed);
    return (fact) => {
      const value = fact.body[field];
      return typeof value === "number" && within(value);
    };
  }
  const [only] = allowed;
  if (allowed.length === 1) return (fact) => fact.body[field] === only;
  return (fact) => allowed.includes(fact.body[field] as string | boolean);
}

function compileBounds({ atLeast = -Infinity, below = Infinity }: Bounds): (value: number) => boolean {
  return (value) => value >= atLeast && value < below;
}

function isList(allowed: readonly (string | boolean)[] | Bounds): allowed is readonly (string | boolean)[] {
  return Array.isArray(allowed);
}
