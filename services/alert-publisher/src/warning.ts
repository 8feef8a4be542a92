/** The life of a warning: `decide` says what a command comes to, `evolve` makes it so. Pure. */
import type { Command, CommandKind, Step } from "@sanfen/events";
import type { Unversioned } from "@sanfen/stream";
import { mergeCause, namingCause, readCause, type Cause } from "./cause.ts";
import { SHOWN, TRANSITIONS, type Progress, type Refusal, type Transition, type Verb } from "./transitions.ts";

/** Refusals that are remembered, for those who ask again. One that is forgotten would be judged anew. */
const MOST_REFUSALS = 256;

/** All that has happened to a warning. Plain JSON. */
export interface WarningHistory {
  readonly progress: Progress;
  /** Accepted commands, in order. */
  readonly steps: readonly Step[];
  /** The latest refused commands, in order. */
  readonly refusals: readonly Refused[];
  /** By id. */
  readonly causes: readonly Cause[];
}

interface Refused {
  readonly command: string;
  readonly kind: Verb;
  readonly reason: Refusal;
}

export type Happened =
  | { readonly type: "accepted"; readonly step: Step; readonly progress: Progress }
  | { readonly type: "refused"; readonly refused: Refused }
  | { readonly type: "causes-changed"; readonly causes: readonly Cause[] };

/** What a command comes to. `known`: it has been decided before. `bad`: it is none that a warning understands. */
export type Decision = Happened | { readonly type: "known" } | { readonly type: "bad"; readonly detail: string };

export const NEW_WARNING: WarningHistory = { progress: "raised", steps: [], refusals: [], causes: [] };

export function decide(warning: WarningHistory, command: Command): Decision {
  return DECIDE[command.kind](warning, command);
}

const DECIDE: Readonly<Record<CommandKind, (warning: WarningHistory, command: Command) => Decision>> = {
  cause: decideCause,
  acknowledge: (warning, command) => judge(warning, "acknowledge", command),
  resolve: (warning, command) => judge(warning, "resolve", command),
  accept: notForWarnings,
  feedback: notForWarnings,
  rectify: notForWarnings,
  recheck: notForWarnings,
  close: notForWarnings,
  match: notForWarnings,
  done: notForWarnings,
  unknown: notForWarnings,
};

function notForWarnings(_: WarningHistory, { kind }: Command): Decision {
  return { type: "bad", detail: `a warning knows no command ${kind}` };
}

function decideCause(warning: WarningHistory, command: Command): Decision {
  const cause = readCause(command);
  if (typeof cause === "string") return { type: "bad", detail: cause };
  const causes = mergeCause(warning.causes, cause);
  return causes ? { type: "causes-changed", causes } : { type: "known" };
}

function judge(warning: WarningHistory, kind: Verb, command: Command): Decision {
  const { id, actor, instant, expected } = command;
  if (verdictOf(warning, id)) return { type: "known" };
  const transition: Transition =
    expected === lastCommandOf(warning) ? TRANSITIONS[warning.progress][kind] : { refused: "stale" };
  if ("refused" in transition) return { type: "refused", refused: { command: id, kind, reason: transition.refused } };
  const step = { command: id, kind, actor, instant, note: noteOf(command) };
  return { type: "accepted", step, progress: transition.to };
}

export function evolve(warning: WarningHistory, happened: Happened): WarningHistory {
  if (happened.type === "accepted") {
    return { ...warning, progress: happened.progress, steps: [...warning.steps, happened.step] };
  }
  if (happened.type === "refused") {
    return { ...warning, refusals: [...warning.refusals, happened.refused].slice(-MOST_REFUSALS) };
  }
  return { ...warning, causes: happened.causes };
}

/** What became of a command of a person's; undefined when the warning has not seen it. */
export function verdictOf(
  warning: WarningHistory,
  command: string,
): { readonly kind: string; readonly refused: Refusal | null } | undefined {
  const step = warning.steps.find((each) => each.command === command);
  if (step) return { kind: step.kind, refused: null };
  const refused = warning.refusals.find((each) => each.command === command);
  return refused && { kind: refused.kind, refused: refused.reason };
}

export function lastCommandOf(warning: WarningHistory): string | null {
  return warning.steps.at(-1)?.command ?? null;
}

/** The warning as others see it; null before a cause has named it. */
export function shownWarning(id: string, warning: WarningHistory): Unversioned<"Warning"> | null {
  const naming = namingCause(warning.causes);
  if (!naming) return null;
  const stated = warning.causes.filter(({ told }) => told !== null);
  return {
    id,
    ...naming.told,
    state: SHOWN[warning.progress][naming.withdrawn ? "gone" : "standing"],
    raisedOn: Math.min(...stated.map(({ day }) => day)),
    lastCommand: lastCommandOf(warning),
    steps: [...warning.steps, ...stated.filter(({ withdrawn }) => withdrawn).map(withdrawal)],
  };
}

/** A withdrawal is shown among the steps, since it may end the warning; it is no command that a next one would name. */
function withdrawal({ id, actor, instant }: Cause): Step {
  return { command: id, kind: "withdrawn", actor, instant, note: "" };
}

function noteOf({ document }: Command): string {
  try {
    const { note } = JSON.parse(document) as { note?: unknown };
    return typeof note === "string" ? note : "";
  } catch {
    // A remark that cannot be read does not make a command of another one.
    return "";
  }
}
