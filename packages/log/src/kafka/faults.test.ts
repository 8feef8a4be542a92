import { createServer } from "node:net";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Kafka, startKafka } from "../../../../test/servers/kafka.ts";
import { openKafkaLog } from "../kafka.ts";
import type { Log, Subscription } from "../log.ts";
import { count, entries, readAll } from "../testing/bench.ts";
import { quickSessions } from "../testing/kafka-harness.ts";
import { currentHolds, offsetsOf, reader } from "../testing/reader.ts";

const unavailable = expect.objectContaining({ name: "LogError", code: "unavailable" });

describe("no broker at start-up", () => {
  it("is said within seconds when nobody listens", async () => {
    const begun = performance.now();
    await expect(openKafkaLog(["127.0.0.1:1", "127.0.0.1:2"])).rejects.toEqual(unavailable);
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  it("is said within seconds when whoever listens does not answer", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const address = mute.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const begun = performance.now();
    await expect(openKafkaLog([`127.0.0.1:${address.port}`])).rejects.toEqual(unavailable);
    expect(performance.now() - begun).toBeLessThan(8_000);
    mute.close();
  });
});

/** One broker of the test's own, killed, frozen and started again. */
describe("a broker that fails", () => {
  const patience = { timeout: 40_000, interval: 10 };
  let servers: Kafka;
  let log: Log;
  const subscriptions: Subscription[] = [];

  beforeAll(async () => {
    servers = await startKafka({ own: true });
    log = await openKafkaLog(servers.brokers, { ...quickSessions, requestTimeoutMs: 3_000, sessionTimeoutMs: 3_000 });
  });
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((one) => one.stop()));
  });
  afterAll(async () => {
    await log.close();
    await servers.stop();
  });

  it("makes calls reject, and later calls work once it is back", { timeout: 60_000 }, async () => {
    const topic = "killed";
    await log.ensure([{ topic, partitions: 1 }]);
    await log.append(topic, 0, entries("before", 2));
    await servers.kill(0);
    await expect(log.check()).rejects.toEqual(unavailable);
    await expect(log.range(topic, 0)).rejects.toEqual(unavailable);
    await expect(log.append(topic, 0, entries("lost", 1))).rejects.toEqual(unavailable);
    await servers.restart(0);
    await vi.waitFor(() => log.check(), patience);
    expect(await log.append(topic, 0, entries("after", 1))).toEqual([2]);
    expect(await readAll(log, topic)).toHaveLength(3);
  });

  it("is waited for by a subscription, which goes on where it was", { timeout: 60_000 }, async () => {
    const topic = "followed";
    await log.ensure([{ topic, partitions: 2 }]);
    for (const partition of [0, 1]) await log.append(topic, partition, entries("before", 3));
    const one = reader({ topic, group: "followers" });
    // Pauses as in production: the broker takes seconds to come back.
    const patient = await openKafkaLog(servers.brokers, { sessionTimeoutMs: 3_000 });
    subscriptions.push(await patient.subscribe(one.subscriber));
    await vi.waitFor(() => expect([...one.positions.values()]).toEqual([3, 3]), patience);
    await servers.kill(0);
    await vi.waitFor(() => expect(one.failures.length).toBeGreaterThan(0), patience);
    expect(currentHolds(one)).toEqual([]);
    await servers.restart(0);
    for (const partition of [0, 1]) {
      await vi.waitFor(() => log.append(topic, partition, entries("after", 3)), patience);
    }
    await vi.waitFor(() => expect([...one.positions.values()]).toEqual([6, 6]), patience);
    for (const partition of [0, 1]) {
      const holds = one.holds.filter(({ assignment }) => assignment.partition === partition);
      expect(holds.flatMap(offsetsOf)).toEqual(count(0, 6));
    }
    expect(one.failures.every(({ gaveUp }) => !gaveUp)).toBe(true);
    await patient.close();
  });

  it(
    "ends assignments when it freezes for a session, before it could give them away",
    { timeout: 60_000 },
    async () => {
      const topic = "frozen";
      await log.ensure([{ topic, partitions: 1 }]);
      await log.append(topic, 0, entries("before", 1));
      const one = reader({ topic, group: "sleepers" });
      subscriptions.push(await log.subscribe(one.subscriber));
      await vi.waitFor(() => expect(one.positions.get(0)).toBe(1), patience);
      const [before] = currentHolds(one);
      const ended = once(before!.assignment.signal, "abort");
      const frozen = performance.now();
      await servers.pause(0);
      await ended;
      expect(performance.now() - frozen).toBeLessThan(3_000);
      expect(before).toMatchObject({ revoked: true });
      await expect(log.check()).rejects.toEqual(unavailable);
      await servers.resume(0);
      await vi.waitFor(() => expect(currentHolds(one)).toHaveLength(1), patience);
      await vi.waitFor(() => log.append(topic, 0, entries("after", 1)), patience);
      await vi.waitFor(() => expect(offsetsOf(currentHolds(one)[0]!).length).toBeGreaterThan(0), patience);
      expect(one.violations).toEqual([]);
    },
  );
});
