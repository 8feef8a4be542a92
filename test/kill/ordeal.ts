/**
 * An installation that is killed at random moments while facts come in and days go by, and started again each time;
 * in the end it must hold what the oracle finds in the log, and the log every acknowledged fact.
 */
import { decode } from "@sanfen/events";
import { openLog } from "@sanfen/log";
import { midnight, parseDay, type Day, type Site } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { openStore } from "@sanfen/store";
import { appendControl, ControlReader, FACTS, missingDocuments, tick, topicSpecs } from "@sanfen/stream";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { verify, type Report } from "../../packages/cli/src/verify/command.ts";
import type { Chance } from "../pipeline/chance.ts";
import { startSanfen, type Sanfen } from "./sanfen.ts";
import { factKey, Sender } from "./sender.ts";

export interface Ordeal {
  /** Folder for files; the caller's to remove. */
  readonly dataDir: string;
  readonly logUrl: string;
  readonly storeUrl: string;
  readonly partitions: number;
  readonly kills: number;
  /**
   * Every so many starts it is killed only once it has taken in what came before. Members of a Kafka group that were
   * killed keep their partitions until their session ends: without patience nothing would ever be folded. 0: never.
   */
  readonly patientEvery: number;
  readonly chance: Chance;
}

export interface Outcome {
  /** Acknowledged facts that the log does not hold. */
  readonly lost: readonly string[];
  readonly acknowledged: number;
  readonly report: Report;
  readonly days: number;
  readonly regions: number;
}

const FIRST_DAY: Day = parseDay("2025-03-01")!;
const LONGEST_UP_MS = 500;
const LONGEST_START_MS = 1_200;
const MOST_DAYS = 3;
const REST_WITHIN_MS = 90_000;
const POLL_MS = 20;

export async function undergo(ordeal: Ordeal): Promise<Outcome> {
  const { chance, kills, patientEvery } = ordeal;
  const site = await writeSite(ordeal.dataDir);
  const env = {
    SANFEN_SITE: join(ordeal.dataDir, "site.json"),
    SANFEN_DATA: ordeal.dataDir,
    SANFEN_LOG: ordeal.logUrl,
    SANFEN_STORE: ordeal.storeUrl,
    SANFEN_PARTITIONS: String(ordeal.partitions),
    SANFEN_FLUSH_MS: "40",
    SANFEN_BATCH_RECORDS: "50",
    // Members killed a moment ago hold their groups until their sessions end; one that leaves waits for that rebalance.
    SANFEN_SHUTDOWN_MS: "60000",
  };
  const towns = site.regions.filter(({ level }) => level === "town").map(({ code }) => code);
  const sender = new Sender(chance, towns);
  let day = await begin(ordeal, site);
  for (let kill = 0; kill < kills; kill += 1) {
    const sanfen = startSanfen(env);
    const patient = patientEvery > 0 && kill % patientEvery === patientEvery - 1;
    if (patient) await untilTakenIn(sanfen, sender, day);
    if (!patient && chance.below(4) === 0) await pause(chance.below(LONGEST_START_MS));
    else await sendUntil(sanfen, sender, day, chance.below(LONGEST_UP_MS));
    await sanfen.kill();
    day = await passDays(ordeal, site, day, 1 + chance.below(MOST_DAYS));
  }
  await comeToRest(startSanfen(env), sender, day);
  return { ...(await judge(ordeal, sender)), days: day - FIRST_DAY, regions: site.regions.length };
}

/** Jiaxing, but with days that go by as the test says: a file of its own in the data directory. */
async function writeSite(dataDir: string): Promise<Site> {
  const file = fileURLToPath(new URL("sites/jiaxing/site.json", new URL("../", import.meta.resolve("@sanfen/model"))));
  const jiaxing = JSON.parse(await readFile(file, "utf8")) as Site;
  const site: Site = { ...jiaxing, clock: "records", mappings: [] };
  await writeFile(join(dataDir, "site.json"), JSON.stringify(site));
  return site;
}

async function begin(ordeal: Ordeal, site: Site): Promise<Day> {
  const log = await openLog(ordeal.logUrl, ordeal.dataDir);
  try {
    await log.ensure(topicSpecs(ordeal.partitions));
    const { latest } = new ControlReader(log);
    const first = tick(midnight(FIRST_DAY, site.zone), FIRST_DAY, "test");
    await appendControl(log, [...missingDocuments(site, RULEBOOKS, latest, "test"), first]);
  } finally {
    await log.close();
  }
  return FIRST_DAY;
}

/** Days go by while nothing runs: each a tick. */
async function passDays(ordeal: Ordeal, site: Site, from: Day, days: number): Promise<Day> {
  const log = await openLog(ordeal.logUrl, ordeal.dataDir);
  try {
    const passed = Array.from({ length: days }, (_, i) => from + i + 1);
    await appendControl(
      log,
      passed.map((day) => tick(midnight(day, site.zone), day, "test")),
    );
  } finally {
    await log.close();
  }
  return from + days;
}

/** Sends facts for so long after the first was acknowledged, then leaves one more on its way. */
async function sendUntil(sanfen: Sanfen, sender: Sender, day: Day, upMs: number): Promise<void> {
  const address = await sanfen.address;
  const before = sender.acknowledged.size;
  let end = Infinity;
  while (performance.now() < end) {
    await sender.send(address, day);
    if (end === Infinity && sender.acknowledged.size > before) end = performance.now() + upMs;
  }
  void sender.send(address, day).catch(() => undefined);
  // The request is on its way: the kill may meet it anywhere.
  await pause(0);
}

/** Lets everything be taken in, then ends the process in order. */
async function comeToRest(sanfen: Sanfen, sender: Sender, day: Day): Promise<void> {
  try {
    await untilTakenIn(sanfen, sender, day);
    const code = await sanfen.stop();
    if (code !== 0) throw new Error(`ended with ${code}: ${sanfen.lastWords()}`);
  } finally {
    if (!sanfen.ended) await sanfen.kill();
  }
}

/** Sends facts of a day until some are acknowledged, and waits until they, and all days before, are taken in. */
async function untilTakenIn(sanfen: Sanfen, sender: Sender, day: Day): Promise<void> {
  const address = await sanfen.address;
  const before = sender.acknowledged.size;
  while (sender.acknowledged.size === before) await sender.send(address, day);
  const deadline = performance.now() + REST_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${address}/v1/regions/3304?after=${encodeURIComponent(sender.after!)}`);
    const region = (await response.json()) as { readonly asOf?: string };
    // What it shows is the closing of yesterday, or what has changed since.
    if (response.ok && (parseDay(region.asOf ?? "") ?? 0) >= day - 1) return;
    if (performance.now() > deadline) throw new Error(`no rest: ${JSON.stringify(region)}; ${sanfen.lastWords()}`);
    await pause(POLL_MS);
  }
}

async function judge(ordeal: Ordeal, sender: Sender): Promise<Pick<Outcome, "lost" | "acknowledged" | "report">> {
  const { dataDir, logUrl, storeUrl, partitions } = ordeal;
  const log = await openLog(logUrl, dataDir);
  const store = await openStore(storeUrl, dataDir);
  try {
    const held = new Set<string>();
    for (let partition = 0; partition < partitions; partition += 1) {
      for await (const records of log.read(FACTS, partition, 0)) {
        for (const { value } of records) {
          const event = decode(value);
          if (event.name === "Fact") held.add(factKey({ ...event.value }));
        }
      }
    }
    return {
      lost: [...sender.acknowledged].filter((key) => !held.has(key)),
      acknowledged: sender.acknowledged.size,
      report: await verify({ log, store, partitions }),
    };
  } finally {
    await store.close();
    await log.close();
  }
}
