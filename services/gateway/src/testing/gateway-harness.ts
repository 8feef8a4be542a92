/** A gateway on real ports of this machine, over a log and a store in memory. */
import { encode, type EventName, type EventTypes } from "@sanfen/events";
import { memoryBroker, type Log } from "@sanfen/log";
import { partitionOf } from "@sanfen/model";
import { createServer, type Platform, type Readiness } from "@sanfen/service";
import { testPlatform, type TestPlatformParts } from "@sanfen/service/testing";
import { openMemoryStore, type Collection, type Store } from "@sanfen/store";
import {
  COLOUR_ROWS,
  COLOURS,
  CONTROL,
  GRADE_ROWS,
  GRADES,
  TASK_ROWS,
  TASKS,
  topicSpecs,
  WARNING_ROWS,
  WARNINGS,
} from "@sanfen/stream";
import { vi } from "vitest";
import { type GatewayOptions } from "../gateway.ts";
import { gatewayWith } from "../index.ts";

type Output = "Colour" | "Grade" | "Task" | "Warning";

const TOPIC_OF: Readonly<Record<Output, string>> = { Colour: COLOURS, Grade: GRADES, Task: TASKS, Warning: WARNINGS };
const ROWS_OF = { Colour: COLOUR_ROWS, Grade: GRADE_ROWS, Task: TASK_ROWS, Warning: WARNING_ROWS } as const;

export interface TestGateway {
  readonly url: string;
  readonly platform: Platform;
  /** Appends outputs to their topic, as a service does. */
  say<N extends Output>(name: N, ...events: EventTypes[N][]): Promise<void>;
  append(topic: string, key: string, value: Uint8Array): Promise<void>;
  /** Resolves when all that was said has been read. */
  readonly caughtUp: () => Promise<void>;
  readonly readiness: () => Promise<Readiness>;
  readonly stop: () => Promise<void>;
}

export interface TestGatewayParts extends TestPlatformParts {
  readonly options?: GatewayOptions;
  /** In place of, or around, those in memory. */
  readonly around?: { readonly log?: (log: Log) => Log; readonly store?: (store: Store) => Store };
  /** Rows in the store before it starts. */
  readonly rows?: { readonly [N in Output]?: readonly EventTypes[N][] };
  readonly isReady?: boolean;
}

export async function startGateway({
  options = {},
  around,
  rows,
  isReady = true,
  ...parts
}: TestGatewayParts = {}): Promise<TestGateway> {
  const broker = memoryBroker();
  const base = testPlatform(parts);
  const log = broker.connect();
  const store = openMemoryStore();
  const platform: Platform = { ...base, log: around?.log?.(log) ?? log, store: around?.store?.(store) ?? store };
  const { partitions } = platform.config;
  await log.ensure(topicSpecs(partitions));
  for (const name of Object.keys(rows ?? {}) as Output[]) await fill(store, name, rows?.[name] ?? [], partitions);
  const server = await createServer({ platform, services: [gatewayWith(options)], serviceName: "gateway" });
  const url = await server.start();
  if (isReady) await vi.waitUntil(async () => (await server.readiness()).ready, { interval: 2 });

  async function append(topic: string, key: string, value: Uint8Array): Promise<void> {
    await log.append(topic, topic === CONTROL ? 0 : partitionOf(key, partitions), [{ key, value }]);
  }
  async function hasCaughtUp(): Promise<boolean> {
    const { values } = await platform.metrics.lagRecords.get();
    for (const topic of Object.values(TOPIC_OF)) {
      for (let partition = 0; partition < partitions; partition++) {
        const { end } = await log.range(topic, partition);
        const lag = values.find(({ labels }) => labels.topic === topic && labels.partition === String(partition));
        if (end > 0 && lag?.value !== 0) return false;
      }
    }
    return true;
  }

  return {
    url,
    platform,
    append,
    say: async (name, ...events) => {
      for (const event of events) await append(TOPIC_OF[name], keyOf(name, event), encode(name, event));
    },
    caughtUp: async () => {
      await vi.waitUntil(hasCaughtUp, { interval: 2 });
    },
    readiness: () => server.readiness(),
    stop: async () => {
      await server.stop();
      await broker.close();
      await store.close();
    },
  };
}

async function fill<N extends Output>(
  store: Store,
  name: N,
  events: readonly EventTypes[N][],
  partitions: number,
): Promise<void> {
  const collection = ROWS_OF[name] as unknown as Collection<EventTypes[N]>;
  await store.ensure([collection]);
  const rowsOf = events.map((doc) => {
    const id = keyOf(name, doc);
    return { id, partition: partitionOf(id, partitions), version: doc.version, doc };
  });
  await store.put(collection, rowsOf);
}

function keyOf<N extends Output & EventName>(name: N, event: EventTypes[N]): string {
  if (name === "Colour") return (event as EventTypes["Colour"]).code;
  return name === "Grade" ? (event as EventTypes["Grade"]).subject : (event as EventTypes["Task"]).id;
}
