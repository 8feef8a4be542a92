/** The publisher's fold: commands to one warning → the warning. Pure. */
import { isDeepStrictEqual } from "node:util";
import { jsonCodec, type Collection } from "@sanfen/store";
import { COMMANDS, WARNING_ROWS, WARNINGS, type FoldKind, type Stamped, type Step } from "@sanfen/stream";
import { decide, evolve, NEW_WARNING, shownWarning, type WarningHistory } from "./warning.ts";

const WARNING_PREFIX = "warning:";

/** Whole histories. */
export const WARNING_STATE_ROWS: Collection<WarningHistory> = {
  name: "warning_states",
  ...jsonCodec<WarningHistory>(),
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

/** A warning in memory, with the position of the last record in it. */
export interface FoldedWarning {
  readonly id: string;
  readonly at: number;
  readonly history: WarningHistory;
}

export const warningFold: FoldKind<FoldedWarning, "Warning", WarningHistory> = {
  name: "alert-publisher",
  topic: COMMANDS,
  output: { topic: WARNINGS, name: "Warning", collection: WARNING_ROWS },
  documents: WARNING_STATE_ROWS,
  timed: false,
  keyOf: (documentId) => documentId,
  concerns: (key) => key.startsWith(WARNING_PREFIX),
  open: (id, documents) => {
    const stored = documents[0];
    return { id, at: stored?.at ?? -1, history: stored?.doc ?? NEW_WARNING };
  },
  step,
  say: (id, { history }) => {
    const output = shownWarning(id, history);
    return output && { output, dueOn: null };
  },
  same: (a, b) => isDeepStrictEqual({ ...a, version: null }, { ...b, version: null }),
  takeDocuments: ({ id, at, history }) => [{ id, at, doc: history }],
};

function step(state: FoldedWarning, { event, at, key }: Stamped): Step<FoldedWarning> {
  const unchanged = { state, changed: false };
  // Redone after a take-over, and in the stored history already: judged again, a refused command might be accepted.
  if (at <= state.at) return unchanged;
  if (event.name !== "Command") return { ...unchanged, refused: { reason: "unexpected-event", detail: event.name } };
  const command = event.value;
  if (command.object !== key) {
    return { ...unchanged, refused: { reason: "bad-command", detail: `${command.object} under the key ${key}` } };
  }
  const decision = decide(state.history, command);
  if (decision.type === "known") return unchanged;
  if (decision.type === "bad") return { ...unchanged, refused: { reason: "bad-command", detail: decision.detail } };
  return { state: { ...state, at, history: evolve(state.history, decision) }, changed: true };
}
