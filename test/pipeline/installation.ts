/**
 * The pipeline from facts to colours over a log and a store of the caller's: relay, scorer and region aggregator, as
 * one or several processes run them.
 */
import { encode, type Control, type Fact } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import { partitionOf } from "@sanfen/model";
import { regionMachine } from "@sanfen/region-aggregator";
import { scorerMachine } from "@sanfen/scorer";
import type { Store } from "@sanfen/store";
import {
  appendControl,
  CONTROL,
  DEAD_LETTERS,
  FACTS,
  positionId,
  POSITIONS,
  RELAY_POSITIONS,
  run,
  runRelay,
  TALLIES,
  topicSpecs,
  type Observer,
  type Run,
  type Surroundings,
} from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";

export interface Pace {
  readonly flushMs: number;
  readonly maxRecords: number;
}

/** One process of an installation at work. */
export interface Process {
  /** What went wrong for good; empty when nothing did. */
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

const POLL_MS = 2;

/** Topics of an installation; safe to repeat. */
export async function ensureTopics(log: Log, partitions: number): Promise<void> {
  await log.ensure(topicSpecs(partitions));
}

export async function startProcess(log: Log, store: Store, partitions: number, pace: Pace): Promise<Process> {
  const failures: string[] = [];
  const around = surroundings(log, store, partitions, pace, failures);
  const runs: Run[] = [
    await runRelay(around),
    await run(scorerMachine, around, pace),
    await run(regionMachine, around, pace),
  ];
  return {
    failures,
    stop: async () => {
      await Promise.all(runs.map((each) => each.stop()));
    },
  };
}

function surroundings(log: Log, store: Store, partitions: number, { flushMs }: Pace, failures: string[]): Surroundings {
  const observer: Observer = {
    folded: () => {},
    dead: () => {},
    lag: () => {},
    flushed: () => {},
    sent: () => {},
    live: () => {},
    waiting: () => {},
    failed: (name, error, gaveUp) => {
      failures.push(`${name}${gaveUp ? " gave up" : ""}: ${error.message}`);
    },
  };
  const layout = {
    partitionsOf: (topic: string): number => (topic === CONTROL || topic === DEAD_LETTERS ? 1 : partitions),
  };
  return { log, store, layout, observer, clock: () => Date.now(), flushMs, maxDirtyRows: 1_000 };
}

/** Appends facts in their order, cut into lists of at most `size`. */
export async function appendFacts(
  log: Log,
  partitions: number,
  facts: readonly Fact[],
  size: number = Infinity,
): Promise<void> {
  const lists = new Map<number, Fact[]>();
  for (const fact of facts) {
    const partition = partitionOf(fact.subject, partitions);
    lists.set(partition, [...(lists.get(partition) ?? []), fact]);
  }
  for (const [partition, list] of lists) {
    for (let at = 0; at < list.length; at += size) {
      const entries = list.slice(at, at + size).map((fact) => ({ key: fact.subject, value: encode("Fact", fact) }));
      await log.append(FACTS, partition, entries);
    }
  }
}

/** Appends control records and waits until a relay has copied them to every partition of the facts. */
export async function appendAndRelay(log: Log, store: Store, controls: readonly Control[]): Promise<void> {
  await appendControl(log, controls);
  await relayed(log, store);
}

/** Resolves when all that the log holds has been taken in and stored. Rejects after `withinMs`. */
export async function settled(log: Log, store: Store, partitions: number, withinMs: number = 20_000): Promise<void> {
  const places = Array.from({ length: partitions }, (_, partition) => partition);
  await relayed(log, store, withinMs);
  // In the order of the stages: once one has come to rest, the end of what it writes stands.
  for (const partition of places) await reached(log, store, "scorer", FACTS, partition, withinMs);
  for (const partition of places) await reached(log, store, "region-aggregator", TALLIES, partition, withinMs);
}

async function relayed(log: Log, store: Store, withinMs: number = 20_000): Promise<void> {
  await reached(log, store, "relay", CONTROL, 0, withinMs);
}

async function reached(
  log: Log,
  store: Store,
  name: string,
  topic: string,
  partition: number,
  withinMs: number,
): Promise<void> {
  const id = positionId(name, topic, partition);
  const { end } = await log.range(topic, partition);
  const deadline = performance.now() + withinMs;
  for (;;) {
    const positions = name === "relay" ? RELAY_POSITIONS : POSITIONS;
    const offset = (await store.get(positions, [id])).get(id)?.doc.offset ?? 0;
    if (offset >= end) return;
    if (performance.now() > deadline) throw new Error(`${id} stands at ${offset}, the log ends at ${end}`);
    await pause(POLL_MS);
  }
}
