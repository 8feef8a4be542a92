/**
 * What is known of one subject: the set of its facts, every revision of each. Merging is a join: order, duplicates and
 * the bounds of batches do not matter (design, invariant 2).
 */
import { compareContent, decode, decodeBody, type Fact } from "@sanfen/events";
import { addMonths, yearOf, type Day } from "@sanfen/model";
import type { RuleFact, Verdict } from "@sanfen/rulebook";
import { identityOn, type Identity } from "./standing.ts";
import { yearId, type FactsOfYear, type StoredFact } from "./facts-of-year.ts";

/** Kinds of fact in which a product or firm was checked. */
export const CHECKS: ReadonlySet<string> = new Set([
  "inspection",
  "label_check",
  "quick_test",
  "comparison_test",
  "reinspection",
]);

/** One revision of a fact, as the rules see it, with what the profile needs beside. */
export interface KnownFact extends RuleFact {
  readonly revision: number;
  readonly retracted: boolean;
  readonly region: string | null;
  readonly simulated: boolean;
  /** Year of `occurredOn`: the document it is stored in. */
  readonly year: number;
  /** For a check with a result: whether it failed, and the first day on which it lies more than twelve months back. */
  readonly check: { readonly failed: boolean; readonly yearLaterOn: Day } | null;
  /** Whether it is about an enterprise: facts about a product or a region of the same code are not the firm's. */
  readonly ofEnterprise: boolean;
  /** Whether the register says something in it: name, roles, coming or going. */
  readonly registers: boolean;
  readonly stored: StoredFact;
}

export type Merged =
  | { readonly outcome: "new"; readonly before: KnownFact | undefined; readonly now: KnownFact }
  /** Said already, by the same content. */
  | { readonly outcome: "known" }
  /** Its id and revision are known with other content. `loser` stands back; the winner is what the set holds. */
  | {
      readonly outcome: "conflict";
      readonly before: KnownFact | undefined;
      readonly now: KnownFact;
      readonly loser: KnownFact;
    };

export class Profile {
  readonly subject: string;
  #isEnterprise = false;
  /** Revisions by fact id; the first of each list is the one that stands. */
  readonly #facts = new Map<string, KnownFact[]>();
  readonly #dirtyYears = new Set<number>();
  /** Caches of what follows from the facts; undefined where a fact has come that they do not cover. */
  #standing: KnownFact[] | undefined;
  #checks: KnownFact[] | undefined;
  #identity: { readonly on: Day; readonly until: Day; readonly says: Identity } | undefined;
  #verdicts:
    | { readonly rules: object; readonly on: Day; readonly until: Day; readonly say: readonly Verdict[] }
    | undefined;

  constructor(subject: string, documents: readonly FactsOfYear[]) {
    this.subject = subject;
    for (const { facts } of documents) {
      for (const stored of facts) {
        const event = decode(stored.bytes);
        if (event.name !== "Fact") throw new TypeError(`a stored fact of ${subject} cannot be read: ${stored.at}`);
        const known = knownFact(event.value, stored);
        if (typeof known === "string") throw new TypeError(`a stored fact of ${subject} has no body: ${known}`);
        this.#insert(known);
        this.#isEnterprise ||= event.value.subjectType === "enterprise";
      }
    }
    this.#dirtyYears.clear();
  }

  /** Whether any fact takes the subject for an enterprise: the others are not graded. */
  get isEnterprise(): boolean {
    return this.#isEnterprise;
  }

  /** The firm's facts that stand: of each the winning revision, unless it is a retraction. May be dated later than today. */
  get standing(): readonly KnownFact[] {
    this.#standing ??= [...this.#facts.values()].map((revisions) => revisions[0]!).filter(isOfFirm);
    return this.#standing;
  }

  /** The checks with a result among them, newest first. */
  get checks(): readonly KnownFact[] {
    this.#checks ??= this.standing.filter((fact) => fact.check).sort((a, b) => b.occurredOn - a.occurredOn);
    return this.#checks;
  }

  /** Who and where the subject is on a day. Computed anew only when a fact has come, or the day may bring a change. */
  identityOn(day: Day): Identity {
    const known = this.#identity;
    if (known && day >= known.on && day < known.until) return known.says;
    const says = identityOn(this.standing, day);
    this.#identity = { on: day, until: Math.min(says.endsOn, this.waitsUntil(day)), says };
    return says;
  }

  /** First day after `day` on which a fact that waits comes in; Infinity when none does. */
  waitsUntil(day: Day): Day {
    let first = Infinity;
    for (const { occurredOn } of this.standing) if (occurredOn > day && occurredOn < first) first = occurredOn;
    return first;
  }

  /**
   * The verdicts on a day under given rules. Computed anew only when a fact has come, the rules are others, or the day
   * of a verdict's own review, or of a change in who the subject is.
   */
  verdictsOn(day: Day, rules: object, grade: () => readonly Verdict[]): readonly Verdict[] {
    const known = this.#verdicts;
    if (known?.rules === rules && day >= known.on && day < known.until) return known.say;
    const say = grade();
    const until = say.reduce(
      (next, { nextReviewOn }) => Math.min(next, nextReviewOn ?? Infinity),
      this.#identity?.until ?? day,
    );
    this.#verdicts = { rules, on: day, until, say };
    return say;
  }

  /** The revision that stands of a fact, a retraction included. */
  winner(id: string): KnownFact | undefined {
    return this.#facts.get(id)?.[0];
  }

  /** Takes a fact in. A string says why its body cannot be read. */
  merge(fact: Fact, stored: StoredFact): Merged | string {
    const known = knownFact(fact, stored);
    if (typeof known === "string") return known;
    const rival = this.#facts.get(fact.id)?.filter(({ revision }) => revision === fact.revision) ?? [];
    if (rival.some((other) => compareContent(factOf(other), fact) === 0)) return { outcome: "known" };
    const before = this.winner(fact.id);
    this.#isEnterprise ||= fact.subjectType === "enterprise";
    this.#insert(known);
    const now = this.winner(fact.id)!;
    if (rival.length === 0) return { outcome: "new", before, now };
    return { outcome: "conflict", before, now, loser: now === known ? rival[0]! : known };
  }

  /** The documents that changed since the last call. */
  takeDirty(): readonly FactsOfYear[] {
    const years = [...this.#dirtyYears];
    this.#dirtyYears.clear();
    if (years.length === 0) return [];
    const byYear = new Map<number, StoredFact[]>(years.map((year) => [year, []]));
    for (const revisions of this.#facts.values()) {
      for (const { year, stored } of revisions) byYear.get(year)?.push(stored);
    }
    return years.map((year) => ({
      subject: this.subject,
      year,
      facts: byYear.get(year)!.sort((a, b) => a.at - b.at),
    }));
  }

  #insert(fact: KnownFact): void {
    const revisions = this.#facts.get(fact.id);
    if (!revisions) this.#facts.set(fact.id, [fact]);
    else revisions.splice(revisions.findLastIndex((other) => stands(other, fact)) + 1, 0, fact);
    this.#dirtyYears.add(fact.year);
    this.#verdicts = undefined;
    if (revisions || !isOfFirm(fact)) {
      this.#standing = undefined;
      this.#checks = undefined;
      this.#identity = undefined;
      return;
    }
    this.#standing?.push(fact);
    if (fact.check && this.#checks) {
      const place = this.#checks.findIndex(({ occurredOn }) => occurredOn <= fact.occurredOn);
      this.#checks.splice(place === -1 ? this.#checks.length : place, 0, fact);
    }
    if (this.#identity && !saysNothingNew(fact, this.#identity.says)) this.#identity = undefined;
  }
}

function isOfFirm({ retracted, ofEnterprise }: KnownFact): boolean {
  return !retracted && ofEnterprise;
}

/** Whether a subject is who and where it was, on any day, for all that a further fact says. */
function saysNothingNew(fact: KnownFact, says: Identity): boolean {
  const { registers, kind, region, role, product, simulated } = fact;
  return (
    !registers &&
    kind !== "product_listed" &&
    region === null &&
    (role === "none" || says.roles.includes(role)) &&
    (product === null || says.products.includes(product)) &&
    simulated === says.simulated
  );
}

/** Id of the row that holds a year of a subject's facts. */
export function documentId({ subject, year }: FactsOfYear): string {
  return yearId(subject, year);
}

/** Whether `a` stands before `b`: the higher revision, of equal ones the greater content. */
function stands(a: KnownFact, b: KnownFact): boolean {
  if (a.revision !== b.revision) return a.revision > b.revision;
  return compareContent(factOf(a), factOf(b)) >= 0;
}

function factOf({ stored }: KnownFact): Fact {
  const event = decode(stored.bytes);
  if (event.name !== "Fact") throw new TypeError(`record ${stored.at} is no fact`);
  return event.value;
}

function knownFact(fact: Fact, stored: StoredFact): KnownFact | string {
  const body = fact.retracted ? null : decodeBody(fact);
  if (body && body.name === null) return body.detail;
  const { id, revision, retracted, kind, occurredOn, role, product, sample, source, region, simulated, subjectType } =
    fact;
  const result = body && CHECKS.has(kind) && "result" in body.value ? body.value.result : null;
  return {
    id,
    revision,
    retracted,
    kind,
    occurredOn,
    role,
    product,
    sample,
    source,
    region,
    simulated,
    year: yearOf(occurredOn),
    ofEnterprise: subjectType === "enterprise",
    body: (body?.value ?? {}) as unknown as Readonly<Record<string, unknown>>,
    check:
      result === "pass" || result === "fail"
        ? { failed: result === "fail", yearLaterOn: addMonths(occurredOn, 12) }
        : null,
    registers: kind === "registration" || kind === "change" || kind === "deregistration",
    stored,
  };
}
