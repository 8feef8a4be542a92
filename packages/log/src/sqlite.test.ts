import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Broker } from "./broker/broker.ts";
import { openFile } from "./sqlite/file.ts";
import { SqliteStorage } from "./sqlite/storage.ts";
import { openSqliteBroker, openSqliteLog } from "./sqlite.ts";
import { count, entries, readAll, textOf } from "./testing/bench.ts";
import { brokerHarness } from "./testing/broker-harness.ts";
import { logContract } from "./testing/index.ts";
import { manualTiming } from "./testing/manual-timing.ts";
import { systemTiming } from "./timing.ts";

logContract("log in a SQLite file", async () => {
  const dir = await mkdtemp(join(tmpdir(), "log-"));
  return brokerHarness(
    (options) => openSqliteBroker(join(dir, "log.db"), options),
    () => rm(dir, { recursive: true }),
  );
});

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "log-"));
  path = join(dir, "log.db");
});
afterEach(() => rm(dir, { recursive: true }));

describe("opening a file", () => {
  it("refuses one that is no log, or of a version it does not know", async () => {
    await writeFile(path, "not a database, whatever it is named; long enough to have a header of its own");
    expect(() => openSqliteLog(path)).toThrow(expect.objectContaining({ name: "LogError", code: "unavailable" }));
    expect(() => openSqliteLog(join(path, "log.db"))).toThrow(expect.objectContaining({ code: "unavailable" }));
    const newer = join(dir, "newer.db");
    const db = new DatabaseSync(newer);
    db.exec("PRAGMA user_version = 7");
    db.close();
    expect(() => openSqliteLog(newer)).toThrow("is of version 7");
  });

  it("refuses one that is open already, naming the directory", async () => {
    const log = openSqliteLog(path);
    expect(() => openSqliteLog(path)).toThrow(`the data directory ${dir} is in use`);
    await log.close();
    await openSqliteLog(path).close();
  });

  it("finds topics, offsets and the order across partitions as they were", async () => {
    const first = openSqliteLog(path);
    await first.ensure([{ topic: "t", partitions: 2, retentionMs: 60_000 }]);
    for (const round of count(0, 6)) await first.append("t", round % 2, entries(`r${round}`, 10));
    await first.close();
    const second = openSqliteBroker(path);
    const log = second.connect();
    expect(await log.partitions("t")).toBe(2);
    expect(await log.append("t", 1, entries("new", 1))).toEqual([30]);
    const places = [second.storage.placeOf("t", 0, 29), second.storage.placeOf("t", 1, 29)];
    expect(places).toEqual([49, 59]);
    expect(second.storage.placeOf("t", 1, 30)).toBe(60);
    await second.close();
  });

  it("goes on counting when all that was there is past its retention", async () => {
    const timing = manualTiming();
    for (const round of [0, 1]) {
      const broker = openSqliteBroker(path, { timing });
      const log = broker.connect();
      await log.ensure([{ topic: "t", partitions: 1, retentionMs: 1_000 }]);
      const appended = log.append("t", 0, entries("r", 5_000));
      await timing.settle();
      expect((await appended)[0]).toBe(round * 5_000);
      const purged = timing.pass(1_001).then(() => broker.purge());
      await timing.settle();
      await timing.settle();
      await purged;
      expect(await log.range("t", 0)).toEqual({ start: (round + 1) * 5_000, end: (round + 1) * 5_000 });
      await broker.close();
    }
  });

  it("writes what still waits when it is closed", async () => {
    const broker = openSqliteBroker(path);
    const log = broker.connect();
    await log.ensure([{ topic: "t", partitions: 1 }]);
    const appended = log.append("t", 0, entries("r", 3_000));
    await broker.close();
    expect(await appended).toHaveLength(3_000);
    const again = openSqliteLog(path);
    expect(await again.range("t", 0)).toEqual({ start: 0, end: 3_000 });
    await again.close();
  });
});

it("hands over batches of a bounded size however large the records are", async () => {
  const log = openSqliteLog(path);
  await log.ensure([{ topic: "t", partitions: 1 }]);
  const value = new Uint8Array(400_000);
  await log.append(
    "t",
    0,
    count(0, 9).map((i) => ({ key: `${i}`, value })),
  );
  const sizes: number[] = [];
  for await (const chunk of log.read("t", 0, 0)) sizes.push(chunk.length);
  expect(sizes).toEqual([3, 3, 3]);
  await log.close();
});

it("acknowledges nothing on a full disk, says so, and goes on once there is room", async () => {
  const db = openFile(path);
  const broker = new Broker((committed) => new SqliteStorage(db, systemTiming, committed));
  const log = broker.connect();
  await log.ensure([{ topic: "t", partitions: 2 }]);
  await log.append("t", 0, entries("before", 10));
  const { page_count: pages } = db.prepare("PRAGMA page_count").get()!;
  db.exec(`PRAGMA max_page_count = ${Number(pages) + 2}`);
  const full = expect.objectContaining({ name: "LogError", code: "full" });
  const big = Array.from({ length: 50 }, (_, i) => ({ key: `${i}`, value: new Uint8Array(1_000) }));
  const together = [log.append("t", 0, entries("small", 1)), log.append("t", 1, big)];
  for (const append of together) await expect(append).rejects.toEqual(full);
  await expect(log.check()).rejects.toEqual(full);
  expect(await log.range("t", 0)).toEqual({ start: 0, end: 10 });
  expect(await log.range("t", 1)).toEqual({ start: 0, end: 0 });
  expect(await readAll(log, "t")).toHaveLength(10);
  db.exec("PRAGMA max_page_count = 1000000");
  await log.check();
  expect(await log.append("t", 0, entries("after", 1))).toEqual([10]);
  expect(await log.append("t", 1, big)).toEqual(count(0, 50));
  expect((await readAll(log, "t")).map(textOf).at(-1)).toBe("after-0");
  await broker.close();
});

it("holds, after a kill at any moment, each record it acknowledged, at its offset", async () => {
  const script = fileURLToPath(new URL("testing/sqlite-appender.ts", import.meta.url));
  const acknowledged = new Map<string, string>();
  for (const run of count(0, 6)) {
    const child = spawn(process.execPath, [script, path, `${run}`], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const killAfter = 1 + Math.floor(Math.random() * 4_000);
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      lines += 1;
      if (lines === 1) expect(() => openSqliteLog(path)).toThrow(`the data directory ${dir} is in use`);
      const [partition, offset, text, rest] = line.split(" ");
      // A line cut off by the kill was not read as an acknowledgement by anybody.
      if (text !== undefined && rest === undefined && /^\d+\/\d+\/\d+\/\d+$/.test(text)) {
        const at = `${partition}/${offset}`;
        expect(acknowledged.has(at)).toBe(false);
        acknowledged.set(at, text);
      }
      if (lines === killAfter) child.kill("SIGKILL");
    }
    expect(await ended).toEqual([null, "SIGKILL"]);
    const log = openSqliteLog(path);
    const kept = new Map<string, string>();
    for (const partition of count(0, 3)) {
      const records = await readAll(log, "t", partition);
      expect(records.map((record) => record.offset)).toEqual(count(0, records.length));
      for (const record of records) kept.set(`${partition}/${record.offset}`, textOf(record));
    }
    await log.close();
    const lost = [...acknowledged].filter(([at, text]) => !(kept.get(at) ?? "").startsWith(text));
    expect(lost, `killed after ${killAfter} lines in run ${run}`).toEqual([]);
  }
});
