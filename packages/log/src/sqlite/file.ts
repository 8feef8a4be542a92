import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LogError } from "../log.ts";

const schemaVersion = 1;

/**
 * Opens the file (created with its directory where missing), alone: a lock that the operating system drops with the process (a kill included) keeps every other
 * process out, and lets the write-ahead log do without shared memory. `synchronous = FULL` syncs each commit.
 * @throws LogError `unavailable` where another process has the file, or it is no log, or cannot be opened.
 */
export function openFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    // Moving the write-ahead log into the file holds the event loop: little and often (pages; SQLite's default is 1,000).
    db.exec("PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 500");
    const { user_version: version } = db.prepare("PRAGMA user_version").get() ?? {};
    if (version !== 0 && version !== schemaVersion) {
      throw new LogError(
        "unavailable",
        `${path} is of version ${String(version)}; this program reads ${schemaVersion}`,
      );
    }
    // Written in any case: a reader's lock would let a second reader in.
    db.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS topics (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_ms INTEGER
      ) STRICT;
      CREATE TABLE IF NOT EXISTS starts (
        topic INTEGER NOT NULL, partition INTEGER NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (topic, partition)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS probe (padding BLOB) STRICT;
      PRAGMA user_version = ${schemaVersion};
      COMMIT`);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof LogError) throw error;
    const reason =
      resultCode(error) === sqliteBusy
        ? `the data directory ${dirname(path)} is in use by another process (it has ${path} open)`
        : `cannot open ${path}: ${error instanceof Error ? error.message : String(error)}`;
    throw new LogError("unavailable", reason, { cause: error });
  }
}

/** Runs the work in one transaction: all of it, synced, or none. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // On a full disk SQLite may have rolled back itself.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw asLogError(error);
  }
}

/** SQLite's result codes (sqlite.org/rescode.html) as the port's; what is not SQLite's stays what it is. */
export function asLogError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = resultCode(error);
  if (code === undefined) return error;
  return new LogError(code === sqliteFull ? "full" : "unavailable", error.message, { cause: error });
}

const sqliteBusy = 5;
const sqliteFull = 13;

/** The primary code: an extended one carries it in its low byte. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
