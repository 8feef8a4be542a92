/** Where the live stream comes from: the rows that services publish, then what their topics have said since. */
import { decode, type EventName, type EventTypes } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import type { Collection, Query, Store } from "@sanfen/store";
import { COLOUR_ROWS, COLOURS, GRADE_ROWS, GRADES, TASK_ROWS, TASKS, WARNING_ROWS, WARNINGS } from "@sanfen/stream";
import { colourRecord, gradeRecord, taskRecord, warningRecord, type Kind, type LiveRecord } from "./record.ts";

/** Why a record of a topic says nothing to the live stream. */
type Unread = { readonly dead: string; readonly detail: string } | { readonly other: string };

export interface Source {
  readonly kind: Kind;
  readonly topic: string;
  /** A record of the topic. Never throws. */
  read(bytes: Uint8Array): LiveRecord | Unread;
  /** What the store holds, in chunks: all of it, or of what ends all that is open and the newest that ended. */
  rows(store: Store, partitions: number): AsyncIterable<readonly LiveRecord[]>;
}

/** Rows of what ends that are read at the start, open or not; see `LiveState`. */
const NEWEST = 1_000;
const PAGE = 500;

export const SOURCES: readonly Source[] = [
  { kind: "colours", topic: COLOURS, ...reading("Colour", colourRecord), rows: allRows(COLOUR_ROWS, colourRecord) },
  { kind: "grades", topic: GRADES, ...reading("Grade", gradeRecord), rows: allRows(GRADE_ROWS, gradeRecord) },
  {
    kind: "warnings",
    topic: WARNINGS,
    ...reading("Warning", warningRecord),
    rows: newestRows(WARNING_ROWS, warningRecord, "raisedOn", ["raised", "acknowledged"]),
  },
  {
    kind: "tasks",
    topic: TASKS,
    ...reading("Task", taskRecord),
    rows: newestRows(TASK_ROWS, taskRecord, "createdOn", ["open", "accepted", "reported", "rectifying"]),
  },
];

function reading<N extends EventName>(name: N, record: (event: EventTypes[N]) => LiveRecord): Pick<Source, "read"> {
  return {
    read: (bytes) => {
      const event = decode(bytes);
      if (event.name === null) return { dead: event.reason, detail: event.detail };
      return event.name === name ? record(event.value as EventTypes[N]) : { other: event.name };
    },
  };
}

function allRows<D>(collection: Collection<D>, record: (doc: D) => LiveRecord): Source["rows"] {
  return async function* (store, partitions) {
    for (let partition = 0; partition < partitions; partition++) {
      for await (const rows of store.scan(collection, partition)) yield rows.map(({ doc }) => record(doc));
    }
  };
}

/** Years of closed tasks are not read: the newest, oldest of them first, and then all that are open. */
function newestRows<D>(
  collection: Collection<D>,
  record: (doc: D) => LiveRecord,
  day: string,
  open: readonly string[],
): Source["rows"] {
  return async function* (store) {
    const newest: LiveRecord[] = [];
    for await (const records of pages(store, collection, record, { sort: { column: day, descending: true } })) {
      newest.push(...records);
      if (newest.length >= NEWEST) break;
    }
    yield newest.toReversed();
    for (const state of open) yield* pages(store, collection, record, { equal: { state } });
  };
}

async function* pages<D>(
  store: Store,
  collection: Collection<D>,
  record: (doc: D) => LiveRecord,
  query: Omit<Query, "limit" | "cursor">,
): AsyncGenerator<readonly LiveRecord[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await store.query(collection, { ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield page.rows.map(({ doc }) => record(doc));
    cursor = page.next;
  } while (cursor !== undefined);
}

const FIRST_STEP = 1_000;
const STEP_FACTOR = 4;

/**
 * Where to begin in a partition so that nothing appended from `instant` on is missed. The log is not searched by time:
 * from the end backwards, in steps that grow, until a record is older. That reads a handful of records, and hands over
 * at most four times what was asked for (or a first step), which versions make harmless.
 */
export async function startSince(
  log: Pick<Log, "range" | "read">,
  topic: string,
  partition: number,
  instant: number,
): Promise<number> {
  const { start, end } = await log.range(topic, partition);
  for (let step = FIRST_STEP; end - step > start; step *= STEP_FACTOR) {
    const from = end - step;
    if ((await appendedAt(log, topic, partition, from)) < instant) return from;
  }
  return start;
}

async function appendedAt(log: Pick<Log, "read">, topic: string, partition: number, offset: number): Promise<number> {
  for await (const records of log.read(topic, partition, offset, offset + 1)) {
    const [record] = records;
    if (record) return record.appendedAt;
  }
  // It has passed its retention in the meantime: older than anything asked for.
  return -Infinity;
}
