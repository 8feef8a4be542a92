/**
 * The log port: topics cut into partitions, each an ordered list of records that keeps its positions for ever.
 * Every adapter passes the suite in `testing/contract.ts`.
 */

/** What is appended. `key` places the record (the caller computes the partition with `partitionOf`). */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogRecord {
  readonly offset: number;
  /** Instant (ms) at which the log took the record. */
  readonly appendedAt: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /** How long records are kept, in ms; undefined: for ever. */
  readonly retentionMs?: number;
}

/** Offsets of a partition: `start` is the oldest kept, `end` the one the next record will get. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Batch {
  /** In order, offsets ascending (a log may have gaps). Never empty. */
  readonly records: readonly LogRecord[];
  /** The partition's end when this batch was read: `end - last offset - 1` records are still to come. */
  readonly end: number;
}

/**
 * One member's hold of one partition, from the moment it was given to the moment it is lost. A handler keeps its
 * assignment and gives up, after any await, once it is no longer current.
 */
export interface Assignment {
  readonly topic: string;
  readonly partition: number;
  /** False from the instant the partition is lost, before the next owner can start. */
  readonly current: boolean;
  /** Aborted when `current` turns false. */
  readonly signal: AbortSignal;
}

export interface Subscriber {
  /** Members of one group share a topic's partitions; null reads them all, alone, remembered nowhere. */
  readonly group: string | null;
  readonly topic: string;
  /** At most so many records a batch. Default 1,000. */
  readonly maxRecords?: number;
  /** Called first for each assignment: load, then answer the offset to begin at. */
  assigned(assignment: Assignment): Promise<number>;
  /** Batches of one assignment come one after the other; those of different assignments may interleave. */
  batch(assignment: Assignment, batch: Batch): Promise<void>;
  /** The assignment was lost or the subscription stopped; `current` is false already. */
  revoked?(assignment: Assignment): void;
  /**
   * Something failed: a handler threw, or the log could not be reached. The subscription starts the assignment anew
   * (from `assigned`) after a pause, with growing pauses; `gaveUp` says that it will not any more.
   */
  failed(error: Error, gaveUp: boolean): void;
}

export interface Subscription {
  /** Tells the log how far the group has come, so that its lag can be seen from outside. Nobody starts from it. */
  report(assignment: Assignment, offset: number): void;
  /** Finishes the batch in hand, gives the partitions up. */
  stop(): Promise<void>;
}

export interface Log {
  /** Creates what is missing; throws LogError `partitions-changed` where a topic has another number of partitions. */
  ensure(topics: readonly TopicSpec[]): Promise<void>;
  /** Number of partitions of a topic. */
  partitions(topic: string): Promise<number>;
  /**
   * Appends a list to one partition, in order and without others between, and answers the offset of each entry.
   * Durable when it resolves; when it rejects, any prefix may have been written or not.
   */
  append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]>;
  range(topic: string, partition: number): Promise<Range>;
  /** The records of [from, to) in order, as far as they are kept; ends at `to`, or the end as of the call. */
  read(topic: string, partition: number, from: number, to?: number): AsyncIterable<readonly LogRecord[]>;
  subscribe(subscriber: Subscriber): Promise<Subscription>;
  /** Deletes a derived topic with its records; a following `ensure` makes it anew, from offset 0. */
  drop(topic: string): Promise<void>;
  /** Rejects with LogError when the log cannot be reached or written to. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Why a call failed. `unavailable` and `full` may pass: try again. `incomplete` is an append whose answer did not
 * cover every entry: not acknowledged. The rest are final.
 */
export type LogErrorCode =
  | "unavailable"
  | "full"
  | "incomplete"
  | "unknown-topic"
  | "partitions-changed"
  | "out-of-range"
  | "closed";

export class LogError extends Error {
  readonly code: LogErrorCode;
  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LogError";
    this.code = code;
  }
}
