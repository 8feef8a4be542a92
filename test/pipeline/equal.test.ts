import { openLog, type Log } from "@sanfen/log";
import { openStore, type Store } from "@sanfen/store";
import { topicSpecs } from "@sanfen/stream";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verify } from "../../packages/cli/src/verify/command.ts";
import { startKafka } from "../servers/kafka.ts";
import { startMongo, withDatabase } from "../servers/mongodb.ts";
import { chanceFrom } from "./chance.ts";
import { beginning, ticksAfter, type Period } from "./history.ts";
import { appendAndRelay, appendFacts, ensureTopics, settled, startProcess } from "./installation.ts";
import { season } from "./season.ts";
import { verdictsOf, type Verdicts } from "./verdicts.ts";

const PARTITIONS = 3;
const DAYS = 90;
const FACTS_A_DAY = 30;
const SEED = 20_260_301;

/** Lets a season go by on a log and a store; answers what the store holds in the end. */
async function goBy(log: Log, store: Store, periods: readonly Period[]): Promise<Verdicts> {
  await ensureTopics(log, PARTITIONS);
  const process = await startProcess(log, store, PARTITIONS, { flushMs: 100, maxRecords: 500 });
  try {
    await appendAndRelay(log, store, beginning());
    for (const [i, tick] of ticksAfter(periods).entries()) {
      await appendFacts(log, PARTITIONS, periods[i]!.facts);
      await appendAndRelay(log, store, [tick]);
    }
    await settled(log, store, PARTITIONS, 60_000);
    const report = await verify({ log, store, partitions: PARTITIONS });
    expect(report.differences).toEqual([]);
    expect(process.failures).toEqual([]);
    return await verdictsOf(log, store, PARTITIONS);
  } finally {
    await process.stop();
  }
}

async function embedded(periods: readonly Period[]): Promise<Verdicts> {
  const dataDir = await mkdtemp(join(tmpdir(), "sanfen-equal-"));
  const log = await openLog("sqlite:log.db", dataDir);
  const store = await openStore("sqlite:state.db", dataDir);
  try {
    return await goBy(log, store, periods);
  } finally {
    await store.close();
    await log.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function distributed(periods: readonly Period[]): Promise<Verdicts> {
  const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
  const log = await openLog(`kafka://${kafka.brokers.join(",")}`, tmpdir());
  const store = await openStore(withDatabase(mongo.url, `equal_${randomUUID().slice(0, 8)}`), tmpdir());
  try {
    await withoutTopics(log);
    return await goBy(log, store, periods);
  } finally {
    await withoutTopics(log);
    await store.close();
    await log.close();
    await kafka.stop();
    await mongo.stop();
  }
}

/** The names of the topics are fixed: another test on the same broker must find none of ours. */
async function withoutTopics(log: Log): Promise<void> {
  for (const { topic } of topicSpecs(PARTITIONS)) await log.drop(topic);
}

describe("the same input", () => {
  it(
    "gives equal grades, tallies, closings and colours on SQLite and on Kafka with MongoDB",
    { timeout: 180_000 },
    async () => {
      const periods = season(chanceFrom(SEED), DAYS, FACTS_A_DAY);
      const one = await embedded(periods);
      const other = await distributed(periods);
      expect(Object.keys(one.grades)).toHaveLength(60);
      expect(Object.keys(one.closings)).toHaveLength(6 * DAYS);
      expect(other).toEqual(one);
    },
  );
});
