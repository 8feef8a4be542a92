/**
 * A SQLite file that one process holds, written in short transactions and made durable beside the event loop.
 *
 * Durability. A fold's outputs are durable in the log before its state is put, the state before the position that
 * covers it; an epoch must be durable before the first output that carries it, or after a power failure the fold
 * would go on under an older epoch and lose to its own outputs. `synchronous = NORMAL` alone keeps the order of
 * commits (a commit in the write-ahead log counts only if every frame before it is whole, and a checkpoint syncs the
 * log before it touches the database) but not the moment: a power failure takes the last commits back, the epoch's
 * among them. `FULL` would wait for the disk within each short transaction, on the event loop. So: transactions run
 * under NORMAL, and a put resolves only after a sync of the write-ahead log that began after its last commit. The
 * sync runs on libuv's pool through a descriptor of our own and is shared by all puts that wait. What a reader sees
 * between commit and sync can be taken back only together with all that followed from it.
 */
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { CheckpointFailure } from "./sqlite-checkpointer.ts";
import { classified } from "./sqlite-errors.ts";
import { StoreError } from "./store.ts";

export interface SqliteOptions {
  /** Upper limit of the database file, in bytes; writes beyond it fail with `full`. Default: the disk's. */
  readonly maxBytes?: number;
}

const pageBytes = 4096;
/** 16 MB of log, about 30 ms of checkpoint. Writers wait for it: under steady writing it would never start over and only grow. */
const maxLogPages = 4096;

export class SqliteFile {
  readonly database: DatabaseSync;
  readonly #lock: DatabaseSync;
  readonly #log: FileHandle;
  readonly #checkpointer: Worker;
  readonly #logLength: StatementSync;
  #checkpoint: Promise<void> | undefined;
  #sync: Promise<void> | undefined;
  #nextSync: Promise<void> | undefined;
  #failed: StoreError | undefined;
  readonly #checkpointerEnded: Promise<unknown>;

  private constructor(database: DatabaseSync, lock: DatabaseSync, log: FileHandle, checkpointer: Worker) {
    this.database = database;
    this.#lock = lock;
    this.#log = log;
    this.#checkpointer = checkpointer;
    this.#checkpointerEnded = new Promise((ended) => checkpointer.once("exit", ended));
    checkpointer.unref();
    checkpointer.on("error", (cause) => {
      this.#failed = new StoreError("unavailable", "the thread that takes checkpoints ended: restart", { cause });
    });
    this.#logLength = database.prepare("PRAGMA wal_checkpoint(NOOP)");
  }

  /** Rejects with StoreError `unavailable` when another process has the file, or it cannot be opened. */
  static async open(path: string, options: SqliteOptions): Promise<SqliteFile> {
    const lock = lockFile(path);
    let database: DatabaseSync | undefined;
    try {
      database = openDatabase(path, options);
      const log = await open(`${path}-wal`, "r+");
      await syncDirectory(dirname(path));
      const checkpointer = new Worker(new URL("./sqlite-checkpointer.ts", import.meta.url), { workerData: { path } });
      return new SqliteFile(database, lock, log, checkpointer);
    } catch (error) {
      database?.close();
      lock.close();
      throw classified(error);
    }
  }

  /** Runs one transaction; throws what `work` throws, nothing written, or StoreError. The write is durable after `synced`. */
  transaction<T>(work: () => T): T {
    try {
      this.database.exec("BEGIN IMMEDIATE");
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw classified(error);
    }
  }

  /** Resolves when a transaction may be run: at once, but for checkpoints. */
  async writable(): Promise<void> {
    if (this.#failed) throw this.#failed;
    if (this.#checkpoint === undefined && this.#logPages() >= maxLogPages) {
      this.#checkpoint = this.#runCheckpoint().finally(() => {
        this.#checkpoint = undefined;
      });
    }
    // Awaited again: another writer may have filled the log while this one was waiting its turn.
    while (this.#checkpoint) await this.#checkpoint;
  }

  /** Resolves when all that is committed now is durable. Those who ask during a sync share the next one. */
  async synced(): Promise<void> {
    if (this.#sync === undefined) return this.#startSync();
    this.#nextSync ??= this.#sync.then(
      () => this.#startSync(),
      () => this.#startSync(),
    );
    return this.#nextSync;
  }

  async close(): Promise<void> {
    await this.#checkpoint?.catch(() => undefined);
    await this.#sync?.catch(() => undefined);
    this.#checkpointer.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not a window
    this.#checkpointer.postMessage("close");
    await this.#checkpointerEnded;
    this.database.close();
    await this.#log.close();
    this.#lock.close();
  }

  #logPages(): number {
    return Number(this.#logLength.get()?.["log"] ?? 0);
  }

  async #startSync(): Promise<void> {
    this.#nextSync = undefined;
    this.#sync = this.#log.datasync().finally(() => {
      this.#sync = undefined;
    });
    try {
      await this.#sync;
    } catch (error) {
      // After a failed sync the system may have dropped the pages it could not write, and report success next time.
      this.#failed = new StoreError("unavailable", "the disk did not take what was written: restart", { cause: error });
    }
    if (this.#failed) throw this.#failed;
  }

  async #runCheckpoint(): Promise<void> {
    const worker = this.#checkpointer;
    // Only now: the thread must not keep a process alive that has nothing else to do.
    worker.ref();
    const { promise: answer, resolve } = Promise.withResolvers<CheckpointFailure | null>();
    worker.once("message", resolve);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not a window
    worker.postMessage("checkpoint");
    const failure = await Promise.race([answer, this.#checkpointerEnded.then(() => undefined)]);
    worker.off("message", resolve);
    worker.unref();
    if (failure === undefined) throw this.#failed ?? new StoreError("closed", "the store is closed");
    if (failure) throw classified(Object.assign(new Error(`checkpoint: ${failure.message}`), failure));
  }
}

/**
 * Held by a second, empty database: SQLite's own locks work on every system and end with the process, however it
 * ends. The file itself stays readable for the checkpointer and for tools.
 */
function lockFile(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    const message = `${path} is in use by another process, or its folder cannot be written to`;
    throw new StoreError("unavailable", message, { cause: error });
  }
}

function openDatabase(path: string, { maxBytes }: SqliteOptions): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY`);
    if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)}`);
    // The first write creates the log, which then stays until the last connection closes.
    database.exec(`CREATE TABLE IF NOT EXISTS "_check" ("id" INTEGER PRIMARY KEY, "count" INTEGER NOT NULL)`);
    database.exec(`INSERT INTO "_check" VALUES (1, 0) ON CONFLICT ("id") DO UPDATE SET "count" = "count" + 1`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A new file is durable only with its folder's entry. Windows has no such sync and needs none. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
