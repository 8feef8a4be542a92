/** The dispatcher over a log and a store in memory, reached by HTTP. */
import { decode, encode, type Command, type EventName, type EventTypes } from "@sanfen/events";
import { memoryBroker, type Log } from "@sanfen/log";
import { partitionOf } from "@sanfen/model";
import { createServer, type Platform, type Server } from "@sanfen/service";
import { testPlatform } from "@sanfen/service/testing";
import { openMemoryStore, type Store } from "@sanfen/store";
import { COMMANDS, topicSpecs } from "@sanfen/stream";
import { taskDispatcher } from "../index.ts";

const PARTITIONS = 2;

export interface World {
  readonly platform: Platform;
  readonly log: Log;
  readonly server: Server;
  /** Undefined until `server.start` has resolved. */
  url: string;
  close(): Promise<void>;
}

export interface WorldParts {
  readonly log?: Log;
  readonly store?: Store;
  readonly clock?: () => number;
}

/** A platform in memory whose topics exist. */
export async function platformOver({ log, store, clock = wholeMs }: WorldParts = {}): Promise<Platform> {
  const env = { SANFEN_FLUSH_MS: "10", SANFEN_PARTITIONS: String(PARTITIONS) };
  const platform = testPlatform({ env, clock });
  const over = { ...platform, log: log ?? memoryBroker().connect(), store: store ?? openMemoryStore() };
  await over.log.ensure(topicSpecs(PARTITIONS));
  return over;
}

/** Instants in events are whole. */
function wholeMs(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}

/** A server with the dispatcher, not started yet. */
export async function world(parts: WorldParts = {}): Promise<World> {
  const platform = await platformOver(parts);
  const server = await createServer({ platform, services: [taskDispatcher], serviceName: "test" });
  return { platform, log: platform.log, server, url: "", close: () => server.stop() };
}

export async function appendCommands(log: Log, ...commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    const entry = { key: command.object, value: encode("Command", command) };
    await log.append(COMMANDS, partitionOf(command.object, PARTITIONS), [entry]);
  }
}

/** Every event of a topic, partition by partition. */
export async function eventsIn<N extends EventName>(log: Log, topic: string, name: N): Promise<EventTypes[N][]> {
  const events: EventTypes[N][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for await (const records of log.read(topic, partition, 0)) {
      for (const { value } of records) {
        const event = decode(value);
        if (event.name === name) events.push(event.value as EventTypes[N]);
      }
    }
  }
  return events;
}

/** A port with another member in the place of its own. */
export function withMember<P extends object, K extends keyof P>(port: P, name: K, member: P[K]): P {
  return new Proxy(port, {
    get(target, asked): unknown {
      if (asked === name) return member;
      const own: unknown = Reflect.get(target, asked);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}
