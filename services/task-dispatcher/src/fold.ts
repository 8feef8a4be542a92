/** The dispatcher's fold: commands to one task → the task. Pure. */
import { isDeepStrictEqual } from "node:util";
import { jsonCodec, type Collection } from "@sanfen/store";
import { COMMANDS, TASK_ROWS, TASKS, type FoldKind, type Stamped, type Step } from "@sanfen/stream";
import { decide, evolve, NEW_TASK, pendingReports, shownTask, type TaskHistory } from "./task.ts";

const TASK_PREFIX = "task:";

/** Whole histories; `pending` is 1 where an effect is wanted and not done. */
export const TASK_STATE_ROWS: Collection<TaskHistory> = {
  name: "task_states",
  ...jsonCodec<TaskHistory>(),
  columns: { pending: "number" },
  columnsOf: (_, task) => ({ pending: pendingReports(task).length > 0 ? 1 : 0 }),
  indexes: [["pending"]],
};

/** A task in memory, with the position of the last record in it. */
export interface FoldedTask {
  readonly id: string;
  readonly at: number;
  readonly history: TaskHistory;
}

export const taskFold: FoldKind<FoldedTask, "Task", TaskHistory> = {
  name: "task-dispatcher",
  topic: COMMANDS,
  output: { topic: TASKS, name: "Task", collection: TASK_ROWS },
  documents: TASK_STATE_ROWS,
  timed: false,
  keyOf: (documentId) => documentId,
  concerns: (key) => key.startsWith(TASK_PREFIX),
  open: (id, documents) => {
    const stored = documents[0];
    return { id, at: stored?.at ?? -1, history: stored?.doc ?? NEW_TASK };
  },
  step,
  say: (id, { history }) => {
    const output = shownTask(id, history);
    return output && { output, dueOn: null };
  },
  same: (a, b) => isDeepStrictEqual({ ...a, version: null }, { ...b, version: null }),
  takeDocuments: ({ id, at, history }) => [{ id, at, doc: history }],
};

function step(state: FoldedTask, { event, at, key }: Stamped): Step<FoldedTask> {
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
