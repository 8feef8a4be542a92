/** What became of a batch of guarded writes, and the second try of those that met another insert. */
import { MongoBulkWriteError, MongoServerError, type BulkWriteResult } from "mongodb";
import { duplicateKey } from "./mongodb-errors.ts";
import { StoreError } from "./store.ts";

export interface Outcome {
  /** Rows that stood with a greater version. */
  readonly lost: number;
  /** Indexes of the writes that failed on a duplicate key, nothing of them done. */
  readonly collided: readonly number[];
}

/** Sends a batch, and what collided once more. Two may insert the same id at once; then the row is there to be met. */
export async function lostOf<W>(
  writes: readonly W[],
  send: (writes: readonly W[]) => Promise<Outcome>,
): Promise<number> {
  const first = await send(writes);
  const again = first.collided.map((index) => writes[index]!);
  if (again.length === 0) return first.lost;
  const second = await send(again);
  if (second.collided.length === 0) return first.lost + second.lost;
  throw new StoreError("unavailable", "the collection was emptied while it was written to");
}

/** A write that wins changes its row, and an insert matches none: see `guardedWrite`. */
export function outcomeOf({ matchedCount, modifiedCount }: BulkWriteResult): Outcome {
  return { lost: matchedCount - modifiedCount, collided: [] };
}

/** Throws what failed for any other reason than a duplicate key. */
export function outcomeOfFailure(error: unknown): Outcome {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  const other = failures.find((failure) => failure.code !== duplicateKey) ?? error.result.getWriteConcernError();
  if (other) throw new MongoServerError({ message: other.errmsg ?? error.message, code: other.code });
  if (failures.length === 0) throw error;
  return { ...outcomeOf(error.result), collided: failures.map((failure) => failure.index) };
}
