import { decode } from "@sanfen/events";
import { memoryBroker, type Log } from "@sanfen/log";
import { regionAggregator } from "@sanfen/region-aggregator";
import { scorer } from "@sanfen/scorer";
import { openMemoryStore, type Store } from "@sanfen/store";
import { COMMANDS, DERIVED_TOPICS, FACTS, POSITIONS } from "@sanfen/stream";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginning, histories, ticksAfter, type Period } from "./history.ts";
import { appendAndRelay, appendFacts, ensureTopics, settled, startProcess } from "./installation.ts";
import { verdictsOf } from "./verdicts.ts";

const PARTITIONS = 2;
const PACE = { flushMs: 5, maxRecords: 50 };

async function live(log: Log, store: Store, periods: readonly Period[]): Promise<void> {
  const process = await startProcess(log, store, PARTITIONS, PACE);
  await appendAndRelay(log, store, beginning());
  for (const [i, tick] of ticksAfter(periods).entries()) {
    await appendFacts(log, PARTITIONS, periods[i]!.facts);
    await appendAndRelay(log, store, [tick]);
  }
  await settled(log, store, PARTITIONS);
  await process.stop();
}

/** Everything that is derived goes; what is kept for ever stays. */
async function forget(log: Log, store: Store): Promise<void> {
  for (const topic of DERIVED_TOPICS) await log.drop(topic);
  for (const collection of [POSITIONS, ...scorer.collections, ...regionAggregator.collections]) {
    await store.drop(collection);
  }
}

async function replay(log: Log, store: Store): Promise<void> {
  await ensureTopics(log, PARTITIONS);
  const process = await startProcess(log, store, PARTITIONS, PACE);
  await settled(log, store, PARTITIONS);
  await process.stop();
}

/** Ids of the facts, in the order in which they lie in the log. */
async function factsIn(log: Log): Promise<string[]> {
  const events = await eventsOf(log, FACTS);
  return events.flatMap((event) => (event.name === "Fact" ? [`${event.value.id}@${event.value.revision}`] : []));
}

async function commandsIn(log: Log): Promise<string[]> {
  const events = await eventsOf(log, COMMANDS);
  return events.flatMap((event) => (event.name === "Command" ? [JSON.stringify(event.value)] : []));
}

async function eventsOf(log: Log, topic: string): Promise<ReturnType<typeof decode>[]> {
  const events: ReturnType<typeof decode>[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    for await (const records of log.read(topic, partition, 0))
      for (const { value } of records) events.push(decode(value));
  }
  return events;
}

describe("a replay", () => {
  it("of the kept topics gives every grade, tally, closing and colour again, and appends no fact and no new cause", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (periods) => {
        const broker = memoryBroker();
        const log = broker.connect();
        const store = openMemoryStore();
        try {
          await ensureTopics(log, PARTITIONS);
          await live(log, store, periods);
          const before = await verdictsOf(log, store, PARTITIONS);
          const facts = await factsIn(log);
          const commands = await commandsIn(log);
          await forget(log, store);
          await replay(log, store);
          expect(await verdictsOf(log, store, PARTITIONS)).toEqual(before);
          expect(await factsIn(log)).toEqual(facts);
          expect(new Set(await commandsIn(log))).toEqual(new Set(commands));
        } finally {
          await broker.close();
        }
      }),
      { numRuns: 25, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
    );
  });
});
