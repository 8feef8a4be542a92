/**
 * Rules that find a cause for people to act in a fact. A cause travels as a command with an id made of rule and fact
 * and the fact's revision: known ones are ignored by the fold, so a replay may send them again (invariant 8).
 */
import { hash } from "node:crypto";
import type { Command } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { CHECKS, type KnownFact } from "./profile.ts";
import type { Identity } from "./standing.ts";

/** What a task or warning needs to know of its cause. Travels as the JSON document of the command. */
export interface CauseDocument {
  readonly rule: string;
  readonly cause: string;
  /** True when the cause is gone: the fact was retracted or corrected, or what it asked for has come. */
  readonly withdrawn: boolean;
  readonly subject: string;
  readonly name: string;
  readonly region: string | null;
  readonly product: string | null;
  readonly role: string;
  readonly severity: string;
  readonly simulated: boolean;
}

/** The commands that follow from a fact that came to stand as `now` where `before` stood. */
export function causesOf(
  subject: string,
  before: KnownFact | undefined,
  now: KnownFact,
  known: () => Pick<Identity, "name" | "region">,
  recordedAt: number,
  day: Day,
): readonly Command[] {
  const commands: Command[] = [];
  for (const { rule, object, applies } of RULES) {
    const was = before !== undefined && !before.retracted && applies(before);
    const is = !now.retracted && applies(now);
    if (!was && !is) continue;
    commands.push(command(rule, object, now.id, now.revision, !is, is ? now : before!));
  }
  // The recheck that a task asked for has passed: its cause is settled, by whichever fact came round first; and
  // unsettled again when that fact is taken back.
  const was = before && settledBy(before);
  const is = settledBy(now);
  for (const of of new Set([was, is])) {
    if (of) commands.push(command(RECHECK, "task", of, now.revision, of === is, now, `settled ${now.id}`));
  }
  return commands;

  function command(
    rule: string,
    object: string,
    cause: string,
    revision: number,
    withdrawn: boolean,
    fact: KnownFact,
    how = "fact",
  ): Command {
    const { name, region } = known();
    const document: CauseDocument = {
      rule,
      cause,
      withdrawn,
      subject,
      name,
      region: fact.region ?? region,
      product: fact.product,
      role: fact.role,
      severity: (fact.body["severity"] ?? fact.body["level"] ?? "none") as string,
      simulated: fact.simulated,
    };
    return {
      id: digest(rule, subject, cause, how),
      revision,
      object: `${object}:${digest(rule, subject, cause)}`,
      kind: "cause",
      actor: `rule:${rule}`,
      expected: null,
      instant: recordedAt,
      day: Math.max(day, fact.occurredOn),
      document: JSON.stringify(document),
    };
  }
}

/** Id of the fact whose failure a passed check answers. */
function settledBy({ retracted, kind, body }: KnownFact): string | undefined {
  const of = body["of"];
  return !retracted && CHECKS.has(kind) && body["result"] === "pass" && typeof of === "string" ? of : undefined;
}

const RECHECK = "recheck-after-failure";

const RULES: readonly { rule: string; object: "task" | "warning"; applies: (fact: KnownFact) => boolean }[] = [
  { rule: RECHECK, object: "task", applies: (fact) => CHECKS.has(fact.kind) && fact.body["result"] === "fail" },
  { rule: "recall", object: "warning", applies: (fact) => fact.kind === "recall" },
];

/** 24 hex digits that stand for the parts, in their order. */
export function digest(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, 24);
}
