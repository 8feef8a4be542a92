import { expect, it } from "vitest";
import type { Log } from "../log.ts";
import { memoryBroker } from "../memory.ts";
import { count, entries, gate } from "../testing/bench.ts";
import { manualTiming, type ManualTiming } from "../testing/manual-timing.ts";
import { currentHolds, offsetsOf, reader } from "../testing/reader.ts";
import type { Broker } from "./broker.ts";

interface Scene {
  readonly timing: ManualTiming;
  readonly broker: Broker;
  readonly log: Log;
}

async function scene(partitions: number, purgeEveryMs?: number): Promise<Scene> {
  const timing = manualTiming();
  const broker = memoryBroker({ timing, ...(purgeEveryMs === undefined ? {} : { purgeEveryMs }) });
  const log = broker.connect();
  await log.ensure([{ topic: "t", partitions, retentionMs: 60_000 }]);
  return { timing, broker, log };
}

async function append({ timing, log }: Scene, partition: number, records: number): Promise<void> {
  const appended = log.append("t", partition, entries("r", records));
  await timing.settle();
  await appended;
}

it("reads the partitions of a replay in the order of appending, none far ahead of the slowest", async () => {
  const at = await scene(3);
  for (const round of count(0, 40)) await append(at, round % 3, 10);
  const stuck = gate();
  const one = reader({
    topic: "t",
    group: "g",
    maxRecords: 10,
    handle: ({ assignment }) => (assignment.partition === 1 ? stuck.opened : undefined),
  });
  await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  // Partition 1 waits at place 10; two batches for each of three partitions are allowed beyond that.
  const held = one.holds.map((hold) => offsetsOf(hold).length);
  expect(held).toEqual([30, 10, 20]);
  stuck.open();
  await at.timing.settle();
  expect(one.holds.map((hold) => offsetsOf(hold).length)).toEqual([140, 130, 130]);
  expect(one.violations).toEqual([]);
});

it("does not wait for partitions that have nothing left, or that failed", async () => {
  const at = await scene(3);
  await append(at, 0, 1);
  await append(at, 1, 1);
  for (const _ of count(0, 20)) await append(at, 2, 10);
  const one = reader({
    topic: "t",
    group: null,
    maxRecords: 10,
    handle: ({ assignment }) => {
      if (assignment.partition === 1) throw new Error("poison");
    },
  });
  await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  expect(count(0, 3).map((partition) => one.positions.get(partition))).toEqual([1, undefined, 200]);
});

it("hands over one batch a turn, whatever the number of subscriptions", async () => {
  const at = await scene(2);
  await append(at, 0, 5);
  await append(at, 1, 5);
  let batches = 0;
  const readers = count(0, 3).map(() =>
    reader({ topic: "t", group: null, maxRecords: 1, handle: () => void (batches += 1) }),
  );
  for (const one of readers) await at.log.subscribe(one.subscriber);
  let before = 0;
  while (at.timing.turn()) {
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches - before).toBeLessThanOrEqual(1);
    before = batches;
  }
  expect(batches).toBe(30);
});

it("grows the pause with each failure in a row, and no restart follows a stop", async () => {
  const at = await scene(1);
  await append(at, 0, 1);
  const one = reader({
    topic: "t",
    group: "g",
    handle: () => {
      throw new Error("poison");
    },
  });
  const subscription = await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  const pauses: number[] = [];
  for (let failures = 1; failures <= 4; failures += 1) {
    pauses.push(...at.timing.pauses);
    await at.timing.pass(at.timing.pauses[0]!);
  }
  expect(pauses).toEqual([100, 200, 400, 800]);
  expect(one.failures).toHaveLength(5);
  await subscription.stop();
  expect(at.timing.pauses).toEqual([]);
  await at.timing.pass(60_000);
  expect(one.holds).toHaveLength(5);
});

it("tells nothing to a subscriber whose client was dropped, and gives its partitions to the others at once", async () => {
  const at = await scene(2);
  await append(at, 0, 3);
  const never = gate();
  const doomed = reader({ topic: "t", group: "g", handle: () => never.opened });
  const heir = reader({ topic: "t", group: "g" });
  const client = at.broker.connect();
  await client.subscribe(doomed.subscriber);
  await at.timing.settle();
  await at.log.subscribe(heir.subscriber);
  await at.timing.settle();
  at.broker.crash(client);
  await at.timing.settle();
  expect(heir.holds.filter(({ assignment }) => assignment.current)).toHaveLength(2);
  expect(doomed.holds.map(({ assignment }) => assignment.current)).toEqual([false, false]);
  expect(doomed.holds.find(({ assignment }) => assignment.partition === 0)?.revoked).toBe(false);
  expect(doomed.failures).toEqual([]);
  never.open();
  await at.timing.settle();
  expect(doomed.positions.size).toBe(0);
});

it("keeps one owner a partition when a member is dropped while it stops", async () => {
  const at = await scene(1);
  await append(at, 0, 1);
  const never = gate();
  const doomed = reader({ topic: "t", group: "g", handle: () => never.opened });
  const client = at.broker.connect();
  const subscription = await client.subscribe(doomed.subscriber);
  await at.timing.settle();
  const stopping = subscription.stop();
  at.broker.crash(client);
  const heirs = [reader({ topic: "t", group: "g" }), reader({ topic: "t", group: "g" })];
  await at.log.subscribe(heirs[0]!.subscriber);
  await at.timing.settle();
  never.open();
  await stopping;
  await at.log.subscribe(heirs[1]!.subscriber);
  await at.timing.settle();
  expect(currentHolds(...heirs)).toHaveLength(1);
});

it("does not take back what it had no time to give", async () => {
  const at = await scene(2);
  const members = [reader({ topic: "t", group: "g" }), reader({ topic: "t", group: "g" })];
  for (const one of members) await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  expect(members.map((one) => one.holds.length)).toEqual([1, 1]);
  await at.log.drop("t");
  expect(members.flatMap((one) => one.violations)).toEqual([]);
});

it("stops only when a slow `assigned` has come to its end", async () => {
  const at = await scene(1);
  const loading = gate();
  const one = reader({ topic: "t", group: "g", begin: () => loading.opened.then(() => 0) });
  const subscription = await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  let stopped = false;
  const stopping = subscription.stop().then(() => (stopped = true));
  await at.timing.settle();
  expect(one.holds[0]!.assignment.current).toBe(false);
  expect(stopped).toBe(false);
  loading.open();
  await stopping;
  expect(one.failures).toEqual([]);
});

it("ends the subscriptions of a topic that is dropped", async () => {
  const at = await scene(2);
  const one = reader({ topic: "t", group: "g" });
  const subscription = await at.log.subscribe(one.subscriber);
  await at.timing.settle();
  await at.log.drop("t");
  expect(one.failures).toEqual([{ error: expect.objectContaining({ code: "unknown-topic" }), gaveUp: true }]);
  expect(one.holds.every((hold) => hold.revoked)).toBe(true);
  await subscription.stop();
  await at.log.close();
});

it("drops what is past its retention at the interval given, and not after it has closed", async () => {
  const at = await scene(1, 30_000);
  await append(at, 0, 3);
  await at.timing.pass(59_999);
  expect(await at.log.range("t", 0)).toEqual({ start: 0, end: 3 });
  await at.timing.pass(30_000);
  expect(await at.log.range("t", 0)).toEqual({ start: 3, end: 3 });
  await at.broker.close();
  expect(at.timing.pauses).toEqual([]);
  expect(() => at.broker.connect()).toThrow(expect.objectContaining({ code: "closed" }));
});

it("hears of a failing handler that throws what is no Error", async () => {
  const at = await scene(1);
  await append(at, 0, 1);
  const failed: Error[] = [];
  await at.log.subscribe({
    group: null,
    topic: "t",
    assigned: async () => 0,
    batch: () => Promise.reject("a string"),
    failed: (error) => failed.push(error),
  });
  await at.timing.settle();
  expect(failed).toEqual([new Error("a string")]);
});
