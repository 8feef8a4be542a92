/** Starts the servers once for all test files, which find them in the environment. */
import { startKafka } from "../servers/kafka.ts";
import { startMongo } from "../servers/mongodb.ts";
import type { Need } from "./files.ts";

export interface Servers {
  /** What cannot be had, tools included, and the way to get it. */
  readonly missing: ReadonlyMap<Need, string>;
  stop(): Promise<void>;
}

interface Server {
  readonly describe: string;
  stop(): Promise<void>;
}

/** Starts those that are needed and whose tools are there, sets `KAFKA_BROKERS` and `MONGODB_URI`, and says what runs. */
export async function startServers(
  needs: ReadonlySet<Need>,
  without: ReadonlyMap<Need, string>,
  say: (line: string) => void,
): Promise<Servers> {
  const starts: Partial<Record<Need, () => Promise<Server>>> = {
    kafka: async () => {
      const kafka = await startKafka();
      process.env["KAFKA_BROKERS"] = kafka.brokers.join(",");
      return kafka;
    },
    mongodb: async () => {
      const mongo = await startMongo();
      process.env["MONGODB_URI"] = mongo.url;
      return mongo;
    },
  };
  const missing = new Map(without);
  const running: Server[] = [];
  const given: Partial<Record<Need, boolean>> = {
    kafka: Boolean(process.env["KAFKA_BROKERS"]),
    mongodb: Boolean(process.env["MONGODB_URI"] ?? process.env["MONGODB_URL"]),
  };
  const starting = Object.entries(starts).map(async ([name, start]) => {
    const need = name as Need;
    if (!needs.has(need) || (without.has(need) && given[need] !== true)) return;
    const begun = performance.now();
    try {
      const server = await start();
      running.push(server);
      missing.delete(need);
      say(
        `${need}: ${server.describe.replaceAll(/\s+/g, " ")} (up in ${((performance.now() - begun) / 1000).toFixed(1)} s)`,
      );
    } catch (error) {
      missing.set(need, error instanceof Error ? error.message : String(error));
      say(`${need}: none, ${missing.get(need)}`);
    }
  });
  await Promise.all(starting);
  return { missing, stop: async () => void (await Promise.all(running.map((server) => server.stop()))) };
}
