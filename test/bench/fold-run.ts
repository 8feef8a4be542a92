/** From a prepared log to stored colours. Arguments: directory, partitions. */
import { openSqliteLog } from "@sanfen/log";
import { regionAggregator } from "@sanfen/region-aggregator";
import { scorer } from "@sanfen/scorer";
import { createLogger, createMetrics, loadSite, readConfig, type Platform } from "@sanfen/service";
import { openSqliteStore } from "@sanfen/store";
import { FACTS, positionId, POSITIONS, TALLIES, topicSpecs } from "@sanfen/stream";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

const [directory, partitionsText] = process.argv.slice(2);
const partitions = Number(partitionsText);
const read = readConfig({ SANFEN_PARTITIONS: partitionsText, SANFEN_DATA: directory });
if ("problems" in read) throw new Error(JSON.stringify(read.problems));
const log = openSqliteLog(join(directory!, "log.db"));
const store = await openSqliteStore(join(directory!, "state.db"));
const { site } = await loadSite("jiaxing");
const platform: Platform = {
  config: read.config,
  site,
  log,
  store,
  metrics: createMetrics(),
  logger: createLogger("warn", process.stderr),
  clock: Date.now,
};
await log.ensure(topicSpecs(partitions));
await store.ensure([POSITIONS, ...scorer.collections, ...regionAggregator.collections]);

const plainStarted = performance.now();
for (let partition = 0; partition < partitions; partition += 1) {
  let records = 0;
  for await (const batch of log.read(FACTS, partition, 0)) records += batch.length;
  if (records === 0) throw new Error("the log is empty");
}
const plainSeconds = (performance.now() - plainStarted) / 1_000;

async function caughtUp(name: string, topic: string): Promise<void> {
  for (let partition = 0; partition < partitions; partition += 1) {
    const { end } = await log.range(topic, partition);
    const id = positionId(name, topic, partition);
    while (((await store.get(POSITIONS, [id])).get(id)?.doc.offset ?? 0) < end) await pause(10);
  }
}

let peak = 0;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
const delay = monitorEventLoopDelay({ resolution: 2 });
delay.enable();
const cpuBefore = process.cpuUsage();
const started = performance.now();
const running = [await scorer.start(platform), await regionAggregator.start(platform)];
await caughtUp("scorer", FACTS);
await caughtUp("region-aggregator", TALLIES);
const seconds = (performance.now() - started) / 1_000;
const cpu = process.cpuUsage(cpuBefore);
delay.disable();
clearInterval(watch);
for (const each of running) await each.stop();
await store.close();
await log.close();
console.log(
  JSON.stringify({
    seconds,
    plainSeconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMb: peak / 1e6,
    loopP99Ms: delay.percentile(99) / 1e6,
    loopMaxMs: delay.max / 1e6,
  }),
);
