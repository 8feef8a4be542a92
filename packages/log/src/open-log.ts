import { resolve } from "node:path";
import type { Log } from "./log.ts";
import { memoryBroker } from "./memory.ts";
import { openSqliteLog } from "./sqlite.ts";

/** Where a log is, as its URL says. */
export type LogAddress =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "kafka"; readonly brokers: readonly string[] };

const kafkaPort = "9092";

/**
 * Reads `memory:`, `sqlite:<file>` (relative to the data directory) or `kafka://host[:port],host[:port]`; null where
 * it is none of these.
 */
export function readLogUrl(url: string): LogAddress | null {
  if (url === "memory:") return { kind: "memory" };
  if (url.startsWith("sqlite:")) {
    const file = url.slice("sqlite:".length);
    return file === "" || file.endsWith("/") ? null : { kind: "sqlite", file };
  }
  if (!url.startsWith("kafka://")) return null;
  const brokers = url.slice("kafka://".length).split(",").map(readBroker);
  return brokers.every((broker) => broker !== null) ? { kind: "kafka", brokers } : null;
}

/**
 * Opens the log at a URL; see `readLogUrl`. `dataDir` is created where it is missing.
 * @throws LogError `unavailable` where it cannot be reached, or another process has the file; Error for a bad URL.
 */
export async function openLog(url: string, dataDir: string): Promise<Log> {
  const address = readLogUrl(url);
  if (address === null) {
    throw new Error(`${url} is no address of a log: sqlite:<file>, kafka://host:port,host:port or memory:`);
  }
  if (address.kind === "memory") return memoryBroker().connect();
  if (address.kind === "sqlite") return openSqliteLog(resolve(dataDir, address.file));
  // Loaded only where it is used: an embedded installation starts without the client of a broker.
  const { openKafkaLog } = await import("./kafka.ts");
  return openKafkaLog(address.brokers);
}

function readBroker(text: string): string | null {
  const [, host, port = kafkaPort] = /^([\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
  return host === undefined || Number(port) < 1 || Number(port) > 65_535 ? null : `${host}:${port}`;
}
