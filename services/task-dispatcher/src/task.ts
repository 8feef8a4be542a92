/** The life of a task: `decide` says what a command comes to, `evolve` makes it so. Pure. */
import type { Command, CommandKind, Step } from "@sanfen/events";
import type { Unversioned } from "@sanfen/stream";
import { isCalledFor, mergeCause, namingCause, readCause, type Cause } from "./cause.ts";
import { readReport, type Report } from "./report.ts";
import { SHOWN, TRANSITIONS, type Progress, type Refusal, type Transition, type Verb } from "./transitions.ts";

/** Refusals that are remembered, for those who ask again. One that is forgotten would be judged anew. */
const MOST_REFUSALS = 256;

/** All that has happened to a task. Plain JSON. */
export interface TaskHistory {
  readonly progress: Progress;
  /** Accepted commands, in order. */
  readonly steps: readonly Step[];
  /** The latest refused commands, in order. */
  readonly refusals: readonly Refused[];
  /** By id. */
  readonly causes: readonly Cause[];
  /** Effects the task wants: facts. */
  readonly reports: readonly Report[];
  /** Commands whose fact is in the log. */
  readonly done: readonly string[];
}

interface Refused {
  readonly command: string;
  readonly kind: Verb;
  readonly reason: Refusal;
}

export type Happened =
  | { readonly type: "accepted"; readonly step: Step; readonly progress: Progress; readonly report: Report | null }
  | { readonly type: "refused"; readonly refused: Refused }
  | { readonly type: "causes-changed"; readonly causes: readonly Cause[] }
  | { readonly type: "effect-done"; readonly effect: string };

/** What a command comes to. `known`: it has been decided before. `bad`: it is none that a task understands. */
export type Decision = Happened | { readonly type: "known" } | { readonly type: "bad"; readonly detail: string };

export const NEW_TASK: TaskHistory = { progress: "open", steps: [], refusals: [], causes: [], reports: [], done: [] };

export function decide(task: TaskHistory, command: Command): Decision {
  return DECIDE[command.kind](task, command);
}

const DECIDE: Readonly<Record<CommandKind, (task: TaskHistory, command: Command) => Decision>> = {
  cause: decideCause,
  done: decideDone,
  accept: (task, command) => judge(task, "accept", command, null),
  rectify: (task, command) => judge(task, "rectify", command, null),
  close: (task, command) => judge(task, "close", command, null),
  feedback: (task, command) => judgeReport(task, "feedback", command),
  recheck: (task, command) => judgeReport(task, "recheck", command),
  acknowledge: notForTasks,
  resolve: notForTasks,
  match: notForTasks,
  unknown: notForTasks,
};

function notForTasks(_: TaskHistory, { kind }: Command): Decision {
  return { type: "bad", detail: `a task knows no command ${kind}` };
}

function decideCause(task: TaskHistory, command: Command): Decision {
  const cause = readCause(command);
  if (typeof cause === "string") return { type: "bad", detail: cause };
  const causes = mergeCause(task.causes, cause);
  return causes ? { type: "causes-changed", causes } : { type: "known" };
}

/** The id of an effect's command is its idempotency key: see `doneId`. */
function decideDone(task: TaskHistory, { id }: Command): Decision {
  if (!id.startsWith(DONE_PREFIX)) return { type: "bad", detail: `${id} names no effect` };
  const effect = id.slice(DONE_PREFIX.length);
  return task.done.includes(effect) ? { type: "known" } : { type: "effect-done", effect };
}

const DONE_PREFIX = "fact:";

/** Id of the command which says that the fact of `report` is in the log. */
export function doneId(report: Report): string {
  return `${DONE_PREFIX}${report.command}`;
}

function judgeReport(task: TaskHistory, kind: Verb, command: Command): Decision {
  const report = readReport(command);
  return typeof report === "string" ? { type: "bad", detail: report } : judge(task, kind, command, report);
}

function judge(task: TaskHistory, kind: Verb, command: Command, report: Report | null): Decision {
  const { id, actor, instant, expected } = command;
  if (verdictOf(task, id)) return { type: "known" };
  const transition: Transition =
    expected === lastCommandOf(task) ? TRANSITIONS[task.progress][kind] : { refused: "stale" };
  if ("refused" in transition) return { type: "refused", refused: { command: id, kind, reason: transition.refused } };
  const step = { command: id, kind, actor, instant, note: noteOf(command) };
  return { type: "accepted", step, progress: transition.to, report };
}

export function evolve(task: TaskHistory, happened: Happened): TaskHistory {
  if (happened.type === "accepted") {
    const { step, progress, report } = happened;
    const reports = report ? [...task.reports, report] : task.reports;
    return { ...task, progress, steps: [...task.steps, step], reports };
  }
  if (happened.type === "refused") {
    return { ...task, refusals: [...task.refusals, happened.refused].slice(-MOST_REFUSALS) };
  }
  if (happened.type === "causes-changed") return { ...task, causes: happened.causes };
  return { ...task, done: [...task.done, happened.effect].sort() };
}

/** What became of a command of a person's; undefined when the task has not seen it. */
export function verdictOf(task: TaskHistory, command: string): { kind: string; refused: Refusal | null } | undefined {
  const step = task.steps.find((each) => each.command === command);
  if (step) return { kind: step.kind, refused: null };
  const refused = task.refusals.find((each) => each.command === command);
  return refused && { kind: refused.kind, refused: refused.reason };
}

export function lastCommandOf(task: TaskHistory): string | null {
  return task.steps.at(-1)?.command ?? null;
}

/** Facts that the task wants and nobody has written yet. None before a cause names the subject. */
export function pendingReports(task: TaskHistory): readonly Report[] {
  return namingCause(task.causes) ? task.reports.filter(({ command }) => !task.done.includes(command)) : [];
}

/** The task as others see it; null before a cause has named it. */
export function shownTask(id: string, task: TaskHistory): Unversioned<"Task"> | null {
  const naming = namingCause(task.causes);
  if (!naming) return null;
  const { subject, name, region, product, simulated } = naming.told;
  const stated = task.causes.filter(({ told }) => told !== null);
  return {
    id,
    kind: "recheck",
    subject,
    name,
    region,
    product,
    rule: naming.rule,
    cause: naming.fact,
    state: SHOWN[task.progress][isCalledFor(task.causes) ? "called-for" : "settled"],
    createdOn: Math.min(...stated.map(({ day }) => day)),
    dueOn: null,
    assignee: task.steps.find(({ kind }) => kind === "accept")?.actor ?? null,
    lastCommand: lastCommandOf(task),
    steps: [...task.steps, ...task.causes.filter(({ withdrawn }) => withdrawn).map(withdrawal)],
    simulated,
  };
}

/** A withdrawal is shown among the steps, since it may end the task; it is no command that a next one would name. */
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
