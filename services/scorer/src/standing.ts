/** What an enterprise's facts say of it on a day, beside its grade. Pure. */
import type { Day } from "@sanfen/model";
import type { KnownFact } from "./profile.ts";

/** Who and where it is. */
export interface Identity {
  readonly name: string;
  readonly region: string | null;
  readonly roles: readonly string[];
  readonly products: readonly string[];
  readonly registered: boolean;
  readonly simulated: boolean;
  /** First day after `day` on which a product is listed no more; Infinity when none is. Facts that wait come on top. */
  readonly endsOn: Day;
}

/** How often it was checked. */
export interface Checked {
  /** Inspections with a result in the last twelve months, and those that failed. */
  readonly inspections: number;
  readonly failures: number;
  /** First day after `day` on which one of them lies more than twelve months back; Infinity without any. */
  readonly changesOn: Day;
}

/**
 * A firm's region is that of the newest fact naming one, ties by id; so is its name. It is registered from its
 * registration until a later deregistration (on one day, the deregistration counts).
 */
export function identityOn(facts: readonly KnownFact[], day: Day): Identity {
  let named: KnownFact | undefined;
  let placed: KnownFact | undefined;
  let register: KnownFact | undefined;
  const roles = new Set<string>();
  const products = new Set<string>();
  let simulated = false;
  let endsOn = Infinity;
  for (const fact of facts) {
    if (fact.occurredOn > day) continue;
    simulated ||= fact.simulated;
    if (fact.region !== null && isNewer(fact, placed)) placed = fact;
    if (fact.role !== "none") roles.add(fact.role);
    if (fact.registers) {
      for (const role of (fact.body["roles"] ?? []) as readonly string[]) roles.add(role);
      if (fact.body["name"] && isNewer(fact, named)) named = fact;
      if (fact.kind !== "change" && registersLater(fact, register)) register = fact;
    }
    if (fact.kind === "product_listed") {
      const until = (fact.body["until"] as Day | null) ?? Infinity;
      if (until < day) continue;
      endsOn = Math.min(endsOn, until + 1);
    }
    if (fact.product !== null) products.add(fact.product);
  }
  return {
    name: (named?.body["name"] as string | undefined) ?? "",
    region: placed?.region ?? null,
    roles: [...roles].sort(),
    products: [...products].sort(),
    registered: register?.kind === "registration",
    simulated,
    endsOn,
  };
}

/** `checks`: facts with a `check`, newest first; those of the future are passed over. */
export function checkedOn(checks: readonly KnownFact[], day: Day): Checked {
  let inspections = 0;
  let failures = 0;
  let changesOn = Infinity;
  for (const { occurredOn, check } of checks) {
    if (occurredOn > day) continue;
    if (check!.yearLaterOn <= day) break;
    inspections += 1;
    if (check!.failed) failures += 1;
    changesOn = check!.yearLaterOn;
  }
  return { inspections, failures, changesOn };
}

function isNewer(fact: KnownFact, than: KnownFact | undefined): boolean {
  if (!than || fact.occurredOn !== than.occurredOn) return !than || fact.occurredOn > than.occurredOn;
  return fact.id > than.id;
}

function registersLater(fact: KnownFact, than: KnownFact | undefined): boolean {
  if (than && fact.occurredOn === than.occurredOn && fact.kind !== than.kind) return fact.kind === "deregistration";
  return isNewer(fact, than);
}
