import { encode } from "@sanfen/events";
import { memoryBroker } from "@sanfen/log";
import { openMemoryStore } from "@sanfen/store";
import { TASK_ROWS, TASKS } from "@sanfen/stream";
import { expect, test } from "vitest";
import { colour, task, version } from "../testing/samples.ts";
import type { LiveRecord } from "./record.ts";
import { SOURCES, startSince } from "./sources.ts";

const tasks = SOURCES.find(({ kind }) => kind === "tasks")!;

async function logOf(records: number, appendedAt: (offset: number) => number) {
  const log = memoryBroker().connect();
  await log.ensure([{ topic: TASKS, partitions: 1 }]);
  await log.append(
    TASKS,
    0,
    Array.from({ length: records }, () => ({ key: "k", value: new Uint8Array() })),
  );
  let reads = 0;
  return {
    reads: () => reads,
    range: log.range.bind(log),
    read: async function* (topic: string, partition: number, from: number, to?: number) {
      reads += 1;
      for await (const batch of log.read(topic, partition, from, to)) {
        yield batch.map((record) => ({ ...record, appendedAt: appendedAt(record.offset) }));
      }
    },
  };
}

test.each([
  [0, 0],
  [10, 0],
  [1_000, 0],
  [30_000, 5_000],
  [30_000, 29_999],
  [30_000, 30_000],
  [30_000, 0],
])(
  "of %i records, the first from the instant on is number %i: nothing of it is missed, little before it is read",
  async (count, first) => {
    const log = await logOf(count, (offset) => (offset < first ? 99 : 100));
    const from = await startSince(log, TASKS, 0, 100);
    expect(from).toBeLessThanOrEqual(first);
    expect(count - from).toBeLessThanOrEqual(Math.max(1_000, 4 * (count - first)));
    expect(log.reads()).toBeLessThan(6);
  },
);

test("what has passed its retention while it was looked for is older than anything", async () => {
  const log = { range: async () => ({ start: 0, end: 5_000 }), read: async function* () {} };
  expect(await startSince(log, TASKS, 0, 100)).toBe(4_000);
});

test("a record of another kind, or none, says nothing and throws nothing", () => {
  expect(tasks.read(new Uint8Array())).toMatchObject({ dead: "too-short" });
  expect(tasks.read(encode("Colour", colour("33", 1)))).toEqual({ other: "Colour" });
  expect(tasks.read(encode("Task", task("t", "33", 1)))).toMatchObject({ key: "t" });
});

test("of tasks all that are open are read, and the newest that ended, oldest of them first", async () => {
  const store = openMemoryStore();
  await store.ensure([TASK_ROWS]);
  const docs = Array.from({ length: 2_500 }, (_, i) => {
    const isOpen = i % 500 === 0;
    return task(`t${i}`, "33", i, { createdOn: i, state: isOpen ? "accepted" : "closed", version: version(i) });
  });
  await store.put(
    TASK_ROWS,
    docs.map((doc) => ({ id: doc.id, partition: 0, version: doc.version, doc })),
  );
  const read: LiveRecord[] = [];
  for await (const records of tasks.rows(store, 1)) read.push(...records);
  const open = read.filter(({ standing }) => standing === "shown").map(({ key }) => key);
  expect(new Set(open)).toEqual(new Set(["t0", "t500", "t1000", "t1500", "t2000"]));
  const ended = read.filter(({ standing }) => standing === "ended").map(({ version: { at } }) => at);
  expect(ended).toEqual(ended.toSorted((a, b) => a - b));
  expect(ended.at(-1)).toBe(2_499);
  expect(ended.length).toBeGreaterThan(990);
  expect(ended.length).toBeLessThan(1_100);
});
