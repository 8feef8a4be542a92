/** Where the machine of an assignment works: in this thread or in one of its own. One request at a time. */
import type { Entry, LogRecord } from "@sanfen/log";
import type { Day } from "@sanfen/model";
import type { DeadRecord, LiveCause, Writes } from "./machine.ts";

/** Entries for one partition, in their order. */
export interface Sending {
  readonly topic: string;
  readonly partition: number;
  readonly entries: readonly Entry[];
}

/** What a batch leads to. */
export interface Folded {
  readonly sendings: readonly Sending[];
  readonly dead: readonly DeadRecord[];
  /** What stands behind live changes, where the machine tells. */
  readonly live: readonly LiveCause[];
  /** Number of rows that differ from the stored ones. */
  readonly dirty: number;
}

/** What a flush stores: the rows, in this order, and then a position with the rest. */
export interface Taken {
  readonly writes: AsyncIterable<Writes>;
  readonly checkpoint: unknown;
  readonly day: Day | null;
}

export interface Bench {
  /**
   * Folds a batch to its end. Undefined when the bench was closed meanwhile: nothing is to come of it. Rejects with
   * what the fold threw; the memory is of no use any more then.
   */
  fold(records: readonly LogRecord[]): Promise<Folded | undefined>;
  /** What is to be stored; all of it is to be read before the next request. Undefined when the bench was closed. */
  take(): Promise<Taken | undefined>;
  /** Lets go of the memory. */
  close(): void;
}

/** Where in its partition's history a machine begins. */
export interface Beginning {
  readonly partition: number;
  readonly epoch: number;
  /** As stored with the position. */
  readonly checkpoint: unknown;
}
