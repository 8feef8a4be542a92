import { Broker, type BrokerOptions } from "./broker/broker.ts";
import type { Log } from "./log.ts";
import { openFile } from "./sqlite/file.ts";
import { SqliteStorage } from "./sqlite/storage.ts";
import { systemTiming } from "./timing.ts";

/** How often (ms) records past their retention are dropped. */
const purgeEveryMs = 60_000;

/**
 * The embedded log: one file, for the clients of this process. Appends are synced before they are acknowledged and
 * handed to subscribers at once. @throws LogError `unavailable`, see `openFile`.
 */
export function openSqliteBroker(path: string, options: BrokerOptions = {}): Broker {
  const db = openFile(path);
  const timing = options.timing ?? systemTiming;
  return new Broker((committed) => new SqliteStorage(db, timing, committed), { purgeEveryMs, ...options });
}

/** A log of its own on the file, which closes with it. */
export function openSqliteLog(path: string, options: BrokerOptions = {}): Log {
  const broker = openSqliteBroker(path, options);
  return broker.connect(() => broker.close());
}
