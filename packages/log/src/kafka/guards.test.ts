import { createHook } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Kafka as Servers, startKafka } from "../../../../test/servers/kafka.ts";
import { openKafkaLog } from "../kafka.ts";
import type { Log, Subscription, TopicSpec } from "../log.ts";
import { count, entries, readAll } from "../testing/bench.ts";
import { quickSessions } from "../testing/kafka-harness.ts";
import { currentHolds, offsetsOf, reader, type Hold, type Reader } from "../testing/reader.ts";

/** What kafkajs does on its own, and what is done about it: each guard against a real broker. */
describe("on a real broker", () => {
  const patience = { timeout: 20_000, interval: 10 };
  let servers: Servers;
  let log: Log;
  const subscriptions: Subscription[] = [];
  const clients: Log[] = [];

  beforeAll(async () => {
    servers = await startKafka();
    log = await openKafkaLog(servers.brokers, quickSessions);
  });
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((one) => one.stop()));
    await Promise.all(clients.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await log.close();
    await servers.stop();
  });

  async function newTopic(partitions = 1): Promise<TopicSpec> {
    const spec = { topic: `guards.${randomUUID()}`, partitions };
    await log.ensure([spec]);
    return spec;
  }

  async function client(): Promise<Log> {
    const one = await openKafkaLog(servers.brokers, quickSessions);
    clients.push(one);
    return one;
  }

  async function join(one: Reader, on: Log = log): Promise<Subscription> {
    const subscription = await on.subscribe(one.subscriber);
    subscriptions.push(subscription);
    return subscription;
  }

  it("arms no timer in vain on an idle connection", async () => {
    const { topic } = await newTopic();
    await log.append(topic, 0, entries("r", 1));
    await log.range(topic, 0);
    const idle = await measureTimers(1_000);
    // Unpatched, one connection alone arms some 900 a second.
    expect(idle).toBeLessThan(60);
  });

  it("keeps a member whose handler takes longer than a session", async () => {
    const { topic } = await newTopic(2);
    const group = `g-${topic}`;
    await log.append(topic, 0, entries("slow", 4));
    const release = Promise.withResolvers<void>();
    const slow = reader({
      topic,
      group,
      maxRecords: 2,
      handle: (_, { records }) => (records[0]!.offset === 0 ? release.promise : undefined),
    });
    await join(slow, await client());
    await vi.waitFor(() => expect(slow.holds.some((hold) => hold.inHand === 1)).toBe(true), patience);
    const begun = performance.now();
    await vi.waitFor(
      () => expect(performance.now() - begun).toBeGreaterThan(1.5 * quickSessions.sessionTimeoutMs!),
      patience,
    );
    expect(currentHolds(slow)).toHaveLength(2);
    release.resolve();
    await vi.waitFor(() => expect(slow.positions.get(0)).toBe(4), patience);
    expect(slow.holds).toHaveLength(2);
    expect(slow.failures).toEqual([]);
  });

  it("hands no record to a member that no longer holds its partition, whoever comes and goes", async () => {
    const partitions = 6;
    const { topic } = await newTopic(partitions);
    const positions = new Map<number, number>();
    const handled = new Map<number, Set<number>>(count(0, partitions).map((partition) => [partition, new Set()]));
    const members: Reader[] = [];
    const doubles: string[] = [];
    const check = (hold: Hold): void => {
      const { partition } = hold.assignment;
      const owners = currentHolds(...members).filter((one) => one.assignment.partition === partition);
      if (!hold.assignment.current || owners.length !== 1) doubles.push(`${partition} has ${owners.length} owners`);
    };
    const newMember = (): Reader => {
      const member = reader({
        topic,
        group: `g-${topic}`,
        positions,
        maxRecords: 5,
        handle: async (hold, { records }) => {
          check(hold);
          await log.range(topic, hold.assignment.partition);
          if (!hold.assignment.current) return;
          check(hold);
          for (const { offset } of records) handled.get(hold.assignment.partition)!.add(offset);
        },
      });
      members.push(member);
      return member;
    };
    const flow = new AbortController();
    const appended = (async () => {
      let rounds = 0;
      for (; !flow.signal.aborted; rounds += 1) {
        await Promise.all(count(0, partitions).map((one) => log.append(topic, one, entries("r", 7))));
      }
      return rounds * 7;
    })();
    const shared = (shares: readonly number[]): Promise<void> =>
      vi.waitFor(() => {
        expect(members.map((one) => currentHolds(one).length)).toEqual(shares);
        for (const hold of currentHolds(...members)) expect(hold.batches.length).toBeGreaterThan(0);
      }, patience);
    await join(newMember(), await client());
    await shared([6]);
    const second = await join(newMember(), await client());
    await shared([3, 3]);
    await join(newMember(), await client());
    await shared([2, 2, 2]);
    await second.stop();
    await shared([3, 0, 3]);
    flow.abort();
    const total = await appended;
    const everywhere = count(0, partitions).map(() => total);
    await vi.waitFor(() => expect([...positions.values()]).toEqual(everywhere), patience);
    for (const offsets of handled.values()) expect([...offsets].toSorted((a, b) => a - b)).toEqual(count(0, total));
    expect(doubles).toEqual([]);
    expect(members.flatMap((one) => [...one.violations, ...one.failures])).toEqual([]);
  });

  it("takes the broker's time for that of a record, whatever its producer says", async () => {
    const { topic } = await newTopic();
    const producer = new Kafka({ brokers: [...servers.brokers], logLevel: logLevel.NOTHING }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const before = Date.now();
    await producer.send({ topic, messages: [{ key: "k", value: "v", timestamp: "1000" }] });
    await producer.disconnect();
    const [record] = await readAll(log, topic);
    expect(Math.abs(record!.appendedAt - before)).toBeLessThan(60_000);
  });

  it("lets no poisoned partition stop the others, nor try for ever", async () => {
    const { topic } = await newTopic(2);
    for (const partition of [0, 1]) await log.append(topic, partition, entries("r", 3));
    const one = reader({
      topic,
      group: null,
      handle: ({ assignment }) => {
        if (assignment.partition === 0) throw new Error("poison");
      },
    });
    await join(one);
    await vi.waitFor(() => expect(one.failures.at(-1)?.gaveUp).toBe(true), patience);
    await log.append(topic, 1, entries("more", 2));
    await vi.waitFor(() => expect(one.positions.get(1)).toBe(5), patience);
    expect(one.failures).toHaveLength(quickSessions.restart!.maxFailures);
  });

  it("says that a position is out of range, before and beyond, where kafkajs would go elsewhere", async () => {
    const { topic } = await newTopic();
    await log.append(topic, 0, entries("r", 3));
    const begins = [7, -1, 3];
    const one = reader({ topic, group: `g-${topic}`, begin: () => begins.shift() ?? 3 });
    await join(one);
    await vi.waitFor(() => expect(one.holds).toHaveLength(3), patience);
    await log.append(topic, 0, entries("live", 1));
    await vi.waitFor(() => expect(offsetsOf(one.holds.at(-1)!)).toEqual([3]), patience);
    const outOfRange = { error: expect.objectContaining({ code: "out-of-range" }), gaveUp: false };
    expect(one.failures).toEqual([outOfRange, outOfRange]);
  });

  it("says that the log was made anew under a running subscription, and begins with it", async () => {
    const spec = await newTopic();
    await log.append(spec.topic, 0, entries("old", 9));
    const one = reader({ topic: spec.topic, group: null, begin: async () => (await log.range(spec.topic, 0)).start });
    await join(one);
    await vi.waitFor(() => expect(one.positions.get(0)).toBe(9), patience);
    const maker = await client();
    await maker.drop(spec.topic);
    await maker.ensure([spec]);
    await maker.append(spec.topic, 0, entries("new", 4));
    await vi.waitFor(() => expect(offsetsOf(one.holds.at(-1)!)).toEqual([0, 1, 2, 3]), patience);
    expect(one.failures.every(({ gaveUp }) => !gaveUp)).toBe(true);
  });

  it("goes on with other topics after one it has used was dropped elsewhere", async () => {
    const kept = await newTopic();
    const dropped = await newTopic();
    for (const { topic } of [kept, dropped]) await log.append(topic, 0, entries("r", 1));
    await (await client()).drop(dropped.topic);
    await expect(log.append(dropped.topic, 0, entries("r", 1))).rejects.toMatchObject({ code: "unknown-topic" });
    expect(await log.append(kept.topic, 0, entries("r", 1))).toEqual([1]);
    expect(await readAll(log, kept.topic)).toHaveLength(2);
    // A topic that this client relies on is gone: it can be reached, but is not ready.
    await expect(log.check()).rejects.toMatchObject({ code: "unknown-topic" });
  });
});

/** Timers armed in this process while nothing is asked of it for so many ms. */
async function measureTimers(ms: number): Promise<number> {
  let armed = 0;
  const hook = createHook({
    init: (_, type) => {
      if (type === "Timeout") armed += 1;
    },
  });
  hook.enable();
  await new Promise((over) => setTimeout(over, ms));
  hook.disable();
  return armed;
}
