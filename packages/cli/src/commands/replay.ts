/** `sanfen replay`: forgets everything that follows from the log, so that it is worked out anew. */
import {
  createLogger,
  createMetrics,
  type AnyCollection,
  type Platform,
  type Running,
  type Service,
} from "@sanfen/service";
import { COMMANDS, DERIVED_TOPICS, FACTS, POSITIONS, TALLIES, topicSpecs } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { recordsBehind } from "../demo/write-history.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
import { installationOf, openPorts, type Installation, type Ports } from "../installation.ts";
import { showProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface ReplayOptions {
  readonly yes: boolean;
  /** Rebuild now, in this process; else the next start does. */
  readonly wait: boolean;
}

const LOOK_MS = 200;
/** What is rebuilt, each from its topic. Ingest would tick and the gateway serve: neither is wanted here. */
const REBUILT = new Map([
  ["scorer", FACTS],
  ["region-aggregator", TALLIES],
  ["task-dispatcher", COMMANDS],
  ["alert-publisher", COMMANDS],
]);

export async function replay(terminal: Terminal, { yes, wait }: ReplayOptions): Promise<ExitCode> {
  const installation = await installationOf(terminal);
  if (installation.config.log.kind === "kafka" && !yes) {
    throw new CliError(
      EXIT.usage,
      {
        zh: "无法从这里看出 Kafka 上是否还有服务在运行",
        en: "whether services still run on this Kafka cannot be seen from here",
      },
      { zh: "停止所有服务后加 --yes", en: "stop all of them, then say --yes" },
    );
  }
  const { SERVICES } = await import("../services.ts");
  const ports = await openPorts(installation);
  try {
    await forget(ports, SERVICES);
    terminal.line({
      zh: "状态库和派生主题已清除；事实、命令和控制记录未动",
      en: "stores and derived topics are deleted; facts, commands and control records are as they were",
    });
    const seconds = wait ? await rebuild(terminal, installation, ports, SERVICES) : null;
    terminal.result({ rebuilt: wait, seconds });
    if (!wait) terminal.line({ zh: "下次 sanfen start 时重建", en: "the next sanfen start rebuilds them" });
    return terminal.signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    await ports.close();
  }
}

async function forget({ log, store }: Ports, services: readonly Service[]): Promise<void> {
  const collections = new Set(services.flatMap((service): readonly AnyCollection[] => service.collections));
  await store.drop(POSITIONS);
  for (const collection of collections) if (collection.name !== POSITIONS.name) await store.drop(collection);
  for (const topic of DERIVED_TOPICS) await log.drop(topic);
}

/** Answers how long it took, in seconds. */
async function rebuild(
  terminal: Terminal,
  installation: Installation,
  { log, store }: Ports,
  services: readonly Service[],
): Promise<number> {
  const begun = performance.now();
  const { config } = installation;
  const rebuilding = services.filter(({ name }) => REBUILT.has(name));
  await log.ensure(topicSpecs(config.partitions));
  await store.ensure([...new Set(rebuilding.flatMap((service): readonly AnyCollection[] => service.collections))]);
  const platform: Platform = {
    ...installation,
    log,
    store,
    metrics: createMetrics(),
    logger: createLogger("warn", terminal.stderr),
    clock: Date.now,
  };
  const running: Running[] = [];
  try {
    for (const service of rebuilding) running.push(await service.start(platform));
    await untilCaughtUp(terminal, platform);
  } finally {
    for (const each of running.toReversed()) await each.stop();
  }
  return Math.round((performance.now() - begun) / 100) / 10;
}

async function untilCaughtUp(terminal: Terminal, platform: Platform): Promise<void> {
  const total = await recordsBehind(platform, "scorer", FACTS);
  const progress = showProgress(terminal, { zh: "重建", en: "Rebuilding" }, total);
  try {
    while (!terminal.signal.aborted) {
      let left = 0;
      for (const [machine, topic] of REBUILT) left += await recordsBehind(platform, machine, topic);
      const facts = await recordsBehind(platform, "scorer", FACTS);
      progress.update(total - facts, total);
      if (left === 0) return;
      await pause(LOOK_MS);
    }
  } finally {
    progress.stop();
  }
}
