/**
 * How a task goes on. Two tables, complete by type: what each command of people does in each place, and what a task
 * shows once nothing calls for it any more.
 *
 * Commands and causes are kept apart on purpose: a command is judged by the commands before it alone. A cause that is
 * raised, revised or withdrawn at the same moment can then neither win nor lose anybody a race, and whichever of them
 * the log takes first, the task ends the same.
 */
import type { CommandKind, TaskState } from "@sanfen/events";

/** What people do to a task. */
export type Verb = Extract<CommandKind, "accept" | "feedback" | "rectify" | "recheck" | "close">;

/** How far people have brought a task. */
export type Progress = Exclude<TaskState, "cancelled">;

/** Why a command is refused, and what that means, for people. */
export const REFUSALS = {
  stale: "somebody else was faster: look at the task again",
  "not-accepted": "nobody has accepted the task yet",
  "accepted-already": "the task is accepted already",
  "not-reported": "nothing has been reported yet",
  "reported-already": "the result is reported already; a further visit is a recheck",
  "rectifying-already": "rectification is ordered already",
  closed: "the task is closed",
} as const;
export type Refusal = keyof typeof REFUSALS;

export type Transition = { readonly to: Progress } | { readonly refused: Refusal };

/** Open → accepted → reported → (rectifying → reported →) closed; a recheck is a further visit, before or after. */
export const TRANSITIONS: Readonly<Record<Progress, Readonly<Record<Verb, Transition>>>> = {
  open: {
    accept: { to: "accepted" },
    feedback: { refused: "not-accepted" },
    rectify: { refused: "not-accepted" },
    recheck: { refused: "not-accepted" },
    close: { refused: "not-accepted" },
  },
  accepted: {
    accept: { refused: "accepted-already" },
    feedback: { to: "reported" },
    rectify: { refused: "not-reported" },
    recheck: { refused: "not-reported" },
    close: { refused: "not-reported" },
  },
  reported: {
    accept: { refused: "accepted-already" },
    feedback: { refused: "reported-already" },
    rectify: { to: "rectifying" },
    recheck: { to: "reported" },
    close: { to: "closed" },
  },
  rectifying: {
    accept: { refused: "accepted-already" },
    feedback: { refused: "reported-already" },
    rectify: { refused: "rectifying-already" },
    recheck: { to: "reported" },
    close: { to: "closed" },
  },
  closed: {
    accept: { refused: "closed" },
    feedback: { refused: "closed" },
    rectify: { refused: "closed" },
    recheck: { refused: "closed" },
    close: { refused: "closed" },
  },
};

/**
 * What a task shows. Without a cause it is cancelled if nobody had accepted it, else closed by itself; a cause that
 * comes back brings back what people had reached. What a person closed stays closed.
 */
export const SHOWN: Readonly<Record<Progress, Readonly<Record<"called-for" | "settled", TaskState>>>> = {
  open: { "called-for": "open", settled: "cancelled" },
  accepted: { "called-for": "accepted", settled: "closed" },
  reported: { "called-for": "reported", settled: "closed" },
  rectifying: { "called-for": "rectifying", settled: "closed" },
  closed: { "called-for": "closed", settled: "closed" },
};
