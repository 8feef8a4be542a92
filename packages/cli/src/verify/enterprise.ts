/** What the facts of one enterprise say of it on a day: a second, plain writing of the design's rules. Pure. */
import { compareContent, decodeBody, type Fact, type Grade } from "@sanfen/events";
import { addMonths, regionPath, type Day } from "@sanfen/model";
import type { RuleFact } from "@sanfen/rulebook";
import type { RuleSet } from "./timeline.ts";

/**
 * A grade without what tells when it was computed: its version, and the day on which it last came to say something
 * else, which is not a function of facts and day.
 */
export type SaidOfEnterprise = Omit<Grade, "version" | "asOf">;

interface Known {
  readonly fact: Fact;
  readonly rule: RuleFact;
  /** First day on which it lies twelve months back. */
  readonly yearLaterOn: Day;
  turns: { readonly under: RuleSet; readonly days: readonly Day[] } | undefined;
}

/** The facts of one enterprise: of each the revision that stands. */
export class Facts {
  readonly #winners = new Map<string, Known>();

  /** The highest revision wins, of equal ones the greater content. A fact whose body cannot be read waits outside. */
  add(fact: Fact): void {
    const held = this.#winners.get(fact.id)?.fact;
    if (held && (held.revision > fact.revision || isSameOrGreater(held, fact))) return;
    const body = fact.retracted ? null : decodeBody(fact);
    if (body?.name === null) return;
    const { id, kind, occurredOn, role, product, sample, source } = fact;
    const values = (body?.value ?? {}) as unknown as Readonly<Record<string, unknown>>;
    this.#winners.set(id, {
      fact,
      rule: { id, kind, occurredOn, role, product, sample, source, body: values },
      yearLaterOn: addMonths(occurredOn, 12),
      turns: undefined,
    });
  }

  get known(): boolean {
    return this.#winners.size > 0;
  }

  /** The facts that stand, those dated later included: they wait for their day. */
  standing(): readonly Known[] {
    return [...this.#winners.values()].filter(({ fact }) => !fact.retracted);
  }
}

function isSameOrGreater(held: Fact, other: Fact): boolean {
  return held.revision === other.revision && compareContent(held, other) >= 0;
}

const CHECKS = new Set(["inspection", "label_check", "quick_test", "comparison_test", "reinspection"]);

/** What an enterprise's facts say on a day, and the first later day on which they may say something else. */
export function sayOn(
  subject: string,
  standing: readonly Known[],
  rules: RuleSet,
  day: Day,
): { readonly said: SaidOfEnterprise; readonly dueOn: Day } {
  const come = standing.filter(({ fact }) => fact.occurredOn <= day);
  const region = newest(come.filter(({ fact }) => fact.region !== null))?.fact.region ?? null;
  const registration = newest(
    come.filter(({ fact }) => fact.kind === "registration" || fact.kind === "deregistration"),
    // On one day the deregistration counts.
    ({ fact }) => (fact.kind === "deregistration" ? 1 : 0),
  );
  const register = come.filter(({ fact }) => fact.kind === "registration" || fact.kind === "change");
  const name = newest(register.filter(({ rule }) => rule.body["name"]))?.rule.body["name"] as string | undefined;
  const roles = [
    ...come.map(({ fact }) => fact.role).filter((role) => role !== "none"),
    ...register.flatMap(({ rule }) => rule.body["roles"] as readonly string[]),
  ];
  const products = sorted(come.filter((known) => listsProduct(known, day)).map(({ fact }) => fact.product!));
  const checks = come.filter(({ rule, yearLaterOn }) => CHECKS.has(rule.kind) && yearLaterOn > day);
  const failures = checks.filter(({ rule }) => rule.body["result"] === "fail").length;
  const passes = checks.filter(({ rule }) => rule.body["result"] === "pass").length;
  const registered = registration?.fact.kind === "registration";
  const facts = standing.map(({ rule }) => rule);
  const verdicts =
    registered && region !== null
      ? rules.along(region).map((rulebook) => rulebook.grade({ facts, products }, day, rules.tierOf))
      : [];
  const turns = standing.flatMap((known) => ownTurns(known)).filter((turn) => turn > day);
  const reviews = verdicts.map(({ nextReviewOn }) => nextReviewOn ?? Infinity);
  const nextReviewOn = Math.min(...turns, ...reviews);
  const said: SaidOfEnterprise = {
    subject,
    name: name ?? "",
    region,
    roles: sorted(roles),
    products,
    gone: !registered,
    nextReviewOn: nextReviewOn === Infinity ? null : nextReviewOn,
    inspections: failures + passes,
    failures,
    simulated: come.some(({ fact }) => fact.simulated),
    verdicts: verdicts.map(({ nextReviewOn: _, ...verdict }) => verdict),
  };
  return { said, dueOn: Math.min(nextTurn(standing, rules, day), ...turns) };
}

/** A firm has the products its facts name; a listing ends with its last day. */
function listsProduct({ fact, rule }: Known, day: Day): boolean {
  if (fact.product === null) return false;
  const until = rule.body["until"];
  return fact.kind !== "product_listed" || typeof until !== "number" || until >= day;
}

/** Days on which what a fact says beside the rules changes. */
function ownTurns({ fact, rule, yearLaterOn }: Known): Day[] {
  const { occurredOn, kind, product } = fact;
  const { result, until } = rule.body;
  const turns = [occurredOn];
  if (CHECKS.has(kind) && (result === "pass" || result === "fail")) turns.push(yearLaterOn);
  // A listing that is over before it begins never lists.
  if (kind === "product_listed" && product !== null && typeof until === "number" && until >= occurredOn) {
    turns.push(until + 1);
  }
  return turns;
}

/**
 * First day after `day` on which a rule may see these facts otherwise: worked out from the facts and the periods in
 * the rulebooks, not from what the evaluator says of its next review, which is under test here too.
 */
function nextTurn(standing: readonly Known[], rules: RuleSet, day: Day): Day {
  let next = Infinity;
  for (const known of standing) {
    if (known.turns?.under !== rules) known.turns = { under: rules, days: rules.turnsOf(known.rule) };
    for (const turn of known.turns.days) if (turn > day && turn < next) next = turn;
  }
  return next;
}

/** The newest of some facts; of one day, the one of the higher rank, then of the greater id. */
function newest(known: readonly Known[], rank: (known: Known) => number = () => 0): Known | undefined {
  return known.reduce<Known | undefined>((best, each) => {
    if (!best) return each;
    const later = each.fact.occurredOn - best.fact.occurredOn || rank(each) - rank(best);
    return later > 0 || (later === 0 && each.fact.id > best.fact.id) ? each : best;
  }, undefined);
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** Region and rulebook (id@version), as the tallies name a group. */
export type GroupKey = string;
export type Counts = Readonly<Record<string, number>>;

/** What an enterprise adds to its region and every wider one, under each rulebook that grades it. */
export function countsOf({ region, gone, verdicts, ...said }: SaidOfEnterprise): [GroupKey, Counts][] {
  if (gone || region === null) return [];
  return verdicts.flatMap(({ rulebook, rulebookVersion, grade }) => {
    const counts = {
      enterprises: 1,
      [`grade:${grade}`]: 1,
      inspected: said.inspections > 0 ? 1 : 0,
      inspections: said.inspections,
      failures: said.failures,
      simulated: said.simulated ? 1 : 0,
    };
    return regionPath(region).map((code): [GroupKey, Counts] => [`${code}|${rulebook}@${rulebookVersion}`, counts]);
  });
}
