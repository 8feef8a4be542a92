import { openLog } from "@sanfen/log";
import { topicSpecs } from "@sanfen/stream";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chanceFrom } from "../pipeline/chance.ts";
import { startKafka } from "../servers/kafka.ts";
import { startMongo, withDatabase } from "../servers/mongodb.ts";
import { undergo } from "./ordeal.ts";

const seed = Number(process.env["SANFEN_TEST_SEED"] ?? Date.now() % 1_000_000);
const PARTITIONS = 2;

describe("an installation on Kafka and MongoDB killed with -9", () => {
  it(`twenty times at random moments holds what the log says (seed ${seed})`, { timeout: 600_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "sanfen-kill-"));
    const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
    const logUrl = `kafka://${kafka.brokers.join(",")}`;
    try {
      await withoutTopics(logUrl);
      const outcome = await undergo({
        dataDir,
        logUrl,
        storeUrl: withDatabase(mongo.url, `kill_${randomUUID().slice(0, 8)}`),
        partitions: PARTITIONS,
        kills: 20,
        patientEvery: 7,
        chance: chanceFrom(seed),
      });
      expect(outcome.lost).toEqual([]);
      expect(outcome.report.behind).toEqual([]);
      expect(outcome.report.differences).toEqual([]);
      // It was put to something.
      expect(outcome.acknowledged).toBeGreaterThan(500);
      expect(outcome.report.compared.closing).toBe(outcome.days * outcome.regions);
    } finally {
      await withoutTopics(logUrl);
      await kafka.stop();
      await mongo.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

/** The names of the topics are fixed: another test on the same broker must find none of ours. */
async function withoutTopics(logUrl: string): Promise<void> {
  const log = await openLog(logUrl, tmpdir());
  try {
    for (const { topic } of topicSpecs(PARTITIONS)) await log.drop(topic);
  } finally {
    await log.close();
  }
}
