/**
 * Reports become facts: the effects that tasks want, less those done. No position is kept; what is pending stands in
 * the rows. A fact written twice, by two instances or after a crash before it was said to be done, is one fact: both
 * are made of the same command, to the byte.
 */
import { setTimeout as pause } from "node:timers/promises";
import { encode, headersFor, type Command, type Fact } from "@sanfen/events";
import { partitionOf } from "@sanfen/model";
import { waitUntilCaughtUp, type Platform } from "@sanfen/service";
import type { Row } from "@sanfen/store";
import { COMMANDS, FACTS, positionId, POSITIONS } from "@sanfen/stream";
import { namingCause } from "./cause.ts";
import { TASK_STATE_ROWS, taskFold } from "./fold.ts";
import { reinspection, type Report } from "./report.ts";
import { doneId, pendingReports, type TaskHistory } from "./task.ts";

const PAUSE_MS = 200;
const PAGE_ROWS = 100;
const ACTOR = "task-dispatcher";

/** Effects at work. */
export interface Effects {
  /** Why they stand still; null when they do not. */
  failure(): string | null;
  /** Ends the round in hand. */
  stop(): Promise<void>;
}

/** Looks for pending effects until stopped. What fails is tried again in the next round. */
export function startEffects(platform: Platform): Effects {
  const ended = new AbortController();
  let failure: string | null = null;
  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await carryOutPending(platform);
        failure = null;
      } catch (error) {
        if (failure === null) platform.logger.warn({ err: error }, "effects of tasks wait for log or store");
        failure = error instanceof Error ? error.message : String(error);
      }
      // Rejects when stopped, which is how the pause ends early.
      await pause(PAUSE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }
  const working = work();
  return {
    failure: () => failure,
    stop: async () => {
      ended.abort();
      await working;
    },
  };
}

/**
 * Carries out what is pending. Rejects with LogError or StoreError; what it had not come to is pending still.
 *
 * Rows are looked at twice. In the midst of a replay, and shortly after an effect was done, it still looks pending: so
 * the second look is taken once the fold has read all that the log held after the first.
 */
export async function carryOutPending(platform: Platform): Promise<void> {
  const { store } = platform;
  const ids = await pendingIds(platform);
  if (ids.length === 0 || (await waitUntilCaughtUp(platform, taskFold.name, COMMANDS))) return;
  const rows = [...(await store.get(TASK_STATE_ROWS, ids)).values()];
  for (const row of await ofThisLog(platform, rows)) {
    for (const report of pendingReports(row.doc)) await carryOut(platform, row, report);
  }
}

async function pendingIds({ store }: Platform): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query(TASK_STATE_ROWS, {
      equal: { pending: 1 },
      limit: PAGE_ROWS,
      ...(cursor !== undefined && { cursor }),
    });
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

/**
 * Without the rows that an earlier log left behind: they are of another epoch than the position; or the position itself
 * lies beyond the log's end, and the rebuild has not begun yet.
 */
async function ofThisLog(platform: Platform, rows: readonly Row<TaskHistory>[]): Promise<readonly Row<TaskHistory>[]> {
  const { log, store } = platform;
  const epochs = new Map<number, number>();
  for (const partition of new Set(rows.map((row) => row.partition))) {
    const id = positionId(taskFold.name, COMMANDS, partition);
    const position = (await store.get(POSITIONS, [id])).get(id);
    const { end } = await log.range(COMMANDS, partition);
    if (position && position.doc.offset <= end) epochs.set(partition, position.version.epoch);
  }
  return rows.filter(({ partition, version }) => epochs.get(partition) === version.epoch);
}

/** The fact first: if it ends between the two, the fact is written once more. */
async function carryOut({ log, config }: Platform, { id, doc }: Row<TaskHistory>, report: Report): Promise<void> {
  const cause = namingCause(doc.causes)!;
  const fact = reinspection(report, cause.told.subject, cause.fact);
  await log.append(FACTS, partitionOf(fact.subject, config.partitions), [factEntry(fact)]);
  const done: Command = {
    id: doneId(report),
    revision: 1,
    object: id,
    kind: "done",
    actor: ACTOR,
    expected: null,
    instant: report.instant,
    day: fact.occurredOn,
    document: "{}",
  };
  const headers = headersFor("Command", { id: done.id, source: ACTOR, time: done.instant });
  const entry = { key: id, value: encode("Command", done), headers };
  await log.append(COMMANDS, partitionOf(id, config.partitions), [entry]);
}

function factEntry(fact: Fact): { key: string; value: Uint8Array; headers: Record<string, string> } {
  const { id, subject, source, recordedAt } = fact;
  const headers = headersFor("Fact", { id: `${id}@${fact.revision}`, source, time: recordedAt });
  return { key: subject, value: encode("Fact", fact), headers };
}
