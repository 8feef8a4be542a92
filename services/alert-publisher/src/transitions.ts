/**
 * How a warning goes on. Two tables, complete by type: what each command of people does in each place, and what a
 * warning shows once its cause is gone.
 *
 * A command is judged by the commands before it alone, never by causes: a cause that is withdrawn at the same moment
 * changes nobody's verdict, and whichever of the two the log takes first, the warning ends the same.
 */
import type { CommandKind, WarningState } from "@sanfen/events";

/** What people do about a warning. */
export type Verb = Extract<CommandKind, "acknowledge" | "resolve">;

/** How far people have brought a warning. */
export type Progress = Exclude<WarningState, "withdrawn">;

/** Why a command is refused, and what that means, for people. */
export const REFUSALS = {
  stale: "somebody else was faster: look at the warning again",
  "acknowledged-already": "the warning is acknowledged already",
  resolved: "the warning is resolved",
} as const;
export type Refusal = keyof typeof REFUSALS;

export type Transition = { readonly to: Progress } | { readonly refused: Refusal };

/** Raised → (acknowledged →) resolved. */
export const TRANSITIONS: Readonly<Record<Progress, Readonly<Record<Verb, Transition>>>> = {
  raised: { acknowledge: { to: "acknowledged" }, resolve: { to: "resolved" } },
  acknowledged: { acknowledge: { refused: "acknowledged-already" }, resolve: { to: "resolved" } },
  resolved: { acknowledge: { refused: "resolved" }, resolve: { refused: "resolved" } },
};

/** What a warning shows. What a person resolved stays resolved; a cause that comes back brings back the rest. */
export const SHOWN: Readonly<Record<Progress, Readonly<Record<"standing" | "gone", WarningState>>>> = {
  raised: { standing: "raised", gone: "withdrawn" },
  acknowledged: { standing: "acknowledged", gone: "withdrawn" },
  resolved: { standing: "resolved", gone: "resolved" },
};
