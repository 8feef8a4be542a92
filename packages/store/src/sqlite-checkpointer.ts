/**
 * The thread that moves a database's write-ahead log into the database: it waits for the disk twice, which would
 * hold up the event loop of the thread that serves. Answers each `checkpoint` with null or what failed.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

export interface CheckpointFailure {
  readonly message: string;
  /** SQLite's extended result code, when it was SQLite that failed. */
  readonly errcode: number | undefined;
}

const { path } = workerData as { readonly path: string };
const database = new DatabaseSync(path);
database.exec("PRAGMA synchronous = FULL");
const checkpoint = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");

parentPort?.on("message", (message: "checkpoint" | "close") => {
  if (message === "close") {
    database.close();
    parentPort?.close();
    return;
  }
  const failure = attempt();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not a window
  parentPort?.postMessage(failure);
});

function attempt(): CheckpointFailure | null {
  try {
    checkpoint.get();
    return null;
  } catch (error) {
    // A thrown error loses its code on the way to another thread.
    const { message, errcode } = error as Error & { readonly errcode?: number };
    return { message, errcode };
  }
}
