/** Commands to one task, as rules and people send them, with what a test is about put in its place. */
import type { Command } from "@sanfen/events";
import type { Verb } from "../transitions.ts";

export const TASK_ID = "task:0123456789abcdef01234567";
export const SUBJECT = "91330402MA28A0002D";
export const FAILED = "zj-sampling:2026-000117/maker";
const DAY = 20_777;
const INSTANT = 1_795_132_800_000;

function command(given: Pick<Command, "id" | "kind"> & Partial<Command>): Command {
  return {
    revision: 1,
    object: TASK_ID,
    actor: "p1",
    expected: null,
    instant: INSTANT,
    day: DAY,
    document: "{}",
    ...given,
  };
}

/** What a rule says of the failed fact. */
function causeDocument(given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    rule: "recheck-after-failure",
    cause: FAILED,
    withdrawn: false,
    subject: SUBJECT,
    name: "嘉兴一厂",
    region: "330402001",
    product: "1201",
    severity: "serious",
    simulated: false,
    ...given,
  };
}

/** A cause, raised at its first revision unless said otherwise. */
export function cause(
  given: { id?: string; revision?: number; day?: number; object?: string } & Readonly<Record<string, unknown>> = {},
): Command {
  const { id = "c1", revision = 1, day = DAY, object = TASK_ID, ...document } = given;
  const actor = "rule:recheck-after-failure";
  return command({
    id,
    kind: "cause",
    revision,
    day,
    object,
    actor,
    document: JSON.stringify(causeDocument(document)),
  });
}

export function report(given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    result: "pass",
    severity: "none",
    items: [],
    occurredOn: "2026-11-21",
    product: "1201",
    role: "maker",
    simulated: false,
    ...given,
  };
}

/** What a person does; a report where the verb wants one. */
export function act(id: string, kind: Verb, expected: string | null, given: Partial<Command> = {}): Command {
  const document = kind === "feedback" || kind === "recheck" ? JSON.stringify(report()) : "{}";
  return command({ id, kind, expected, document, ...given });
}

export function done(effect: string): Command {
  return command({ id: `fact:${effect}`, kind: "done", actor: "task-dispatcher" });
}
