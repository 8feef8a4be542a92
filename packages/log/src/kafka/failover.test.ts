import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Kafka, startKafka } from "../../../../test/servers/kafka.ts";
import { openKafkaLog } from "../kafka.ts";
import type { Log } from "../log.ts";
import { count, readAll, textOf } from "../testing/bench.ts";

const partitions = 6;
const topic = "acknowledged";

/** Three brokers, three replicas, two of them in sync for an acknowledgement. */
describe("a broker killed under appends", () => {
  let servers: Kafka;
  let log: Log;

  beforeAll(async () => {
    servers = await startKafka({ brokers: 3, own: true });
    log = await openKafkaLog(servers.brokers, { connectTimeoutMs: 500 });
    await log.ensure([{ topic, partitions }]);
  }, 120_000);
  afterAll(async () => {
    await log.close();
    await servers.stop();
  });

  it("loses nothing that was acknowledged, and keeps each appender's order", { timeout: 120_000 }, async () => {
    const stop = new AbortController();
    const acknowledged = new Map<string, number>();
    const since = new Map<number, number>();
    let epoch = 0;
    const refused: unknown[] = [];
    const appender = async (partition: number, name: string): Promise<void> => {
      for (let n = 0; !stop.signal.aborted; n += 1) {
        const texts = [`${name}/${n}/0`, `${name}/${n}/1`];
        const list = texts.map((text) => ({ key: name, value: new TextEncoder().encode(text) }));
        try {
          const offsets = await log.append(topic, partition, list);
          for (const [index, text] of texts.entries()) acknowledged.set(`${partition}:${text}`, offsets[index]!);
          since.set(epoch, (since.get(epoch) ?? 0) + 1);
        } catch (error) {
          refused.push(error);
        }
      }
    };
    const appending = count(0, partitions).flatMap((partition) => [appender(partition, "a"), appender(partition, "b")]);
    const flowing = async (): Promise<void> => {
      epoch += 1;
      const now = epoch;
      await vi.waitFor(() => expect(since.get(now) ?? 0).toBeGreaterThan(200), { timeout: 40_000, interval: 10 });
    };
    await flowing();
    for (const victim of [0, 1]) {
      await servers.kill(victim);
      await flowing();
      await servers.restart(victim);
      await flowing();
    }
    stop.abort();
    await Promise.all(appending);

    const lost: string[] = [];
    for (const partition of count(0, partitions)) {
      const there = (await readAll(log, topic, partition)).map(textOf);
      for (const [name, offset] of acknowledged) {
        const [of, text] = [Number(name.slice(0, name.indexOf(":"))), name.slice(name.indexOf(":") + 1)];
        if (of === partition && there[offset] !== text) lost.push(`${name} at ${offset}`);
      }
      // A retried list may stand there twice, but what an appender was told came first came first.
      for (const name of ["a", "b"]) {
        const told = [...acknowledged].filter(([key]) => key.startsWith(`${partition}:${name}/`)).map(([, at]) => at);
        expect(told).toEqual(told.toSorted((x, y) => x - y));
      }
    }
    expect(lost).toEqual([]);
    for (const error of refused) expect(error).toMatchObject({ code: "unavailable" });
    expect(acknowledged.size).toBeGreaterThan(1_000);
  });
});
