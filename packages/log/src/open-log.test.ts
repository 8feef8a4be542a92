import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLog, readLogUrl } from "./open-log.ts";
import { entries, readAll } from "./testing/bench.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "log-"));
});
afterAll(() => rm(dir, { recursive: true }));

describe("the address of a log", () => {
  it.each([
    "",
    "log.db",
    "sqlite:",
    "sqlite:dir/",
    "memory",
    "kafka://",
    "kafka://a,,b",
    "kafka://a:0",
    "kafka://a:65536",
    "kafka://a:port",
    "kafka://user@a:9092",
    "kafka://a:9092/topic",
    "mongodb://a:27017",
  ])("is not %j", async (url) => {
    expect(readLogUrl(url)).toBeNull();
    await expect(openLog(url, dir)).rejects.toThrow("no address of a log");
  });

  it.each([
    ["memory:", { kind: "memory" }],
    ["sqlite:log.db", { kind: "sqlite", file: "log.db" }],
    ["kafka://b1:9092,b2.example:19092", { kind: "kafka", brokers: ["b1:9092", "b2.example:19092"] }],
    ["kafka://broker,[::1]:9093", { kind: "kafka", brokers: ["broker:9092", "[::1]:9093"] }],
  ])("reads %j", (url, address) => expect(readLogUrl(url)).toEqual(address));
});

it("opens a file under the data directory, which it creates, and finds it again", async () => {
  const data = join(dir, "deep", "data");
  for (const round of [1, 2]) {
    const log = await openLog("sqlite:log.db", data);
    await log.ensure([{ topic: "t", partitions: 1 }]);
    await log.append("t", 0, entries("r", 1));
    expect(await readAll(log, "t")).toHaveLength(round);
    await log.close();
  }
  expect((await stat(join(data, "log.db"))).size).toBeGreaterThan(0);
});

it("opens a memory of its own each time", async () => {
  const [one, other] = [await openLog("memory:", dir), await openLog("memory:", dir)];
  await one.ensure([{ topic: "t", partitions: 1 }]);
  await expect(other.partitions("t")).rejects.toMatchObject({ code: "unknown-topic" });
  await Promise.all([one.close(), other.close()]);
});
