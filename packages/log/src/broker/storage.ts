import type { Entry, LogRecord, Range, TopicSpec } from "../log.ts";

/** What part of a partition to read. */
export interface Slice {
  readonly from: number;
  readonly maxRecords: number;
  /** Up to this offset, exclusive. */
  readonly to?: number;
  /** Only records placed before this (see `Storage.placeOf`). */
  readonly beforePlace?: number;
}

/**
 * Where a log within one process keeps its records; the rest (clients, groups, delivery) is `Broker`'s. Reads answer
 * at once and see committed records only. All but `partitions` and `drop` are called for partitions that exist.
 */
export interface Storage {
  /** Number of partitions of a topic; undefined when there is none of that name. */
  partitions(topic: string): number | undefined;
  /** Creates a topic, or takes over the retention of one that is there. */
  put(spec: TopicSpec): void;
  drop(topic: string): void;
  /** As `Log.append`. Entries are not to be changed until it has settled. */
  append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]>;
  range(topic: string, partition: number): Range;
  /** In order; stops early once the values read exceed `maxSliceBytes`, but never before the first record. */
  slice(topic: string, partition: number, slice: Slice): LogRecord[];
  /** The place in the order of appending, across the topic's partitions, of a record that is kept. */
  placeOf(topic: string, partition: number, offset: number): number;
  /** Drops records older than their topic's retention; true when it did all there was to do, false to be called again. */
  purge(now: number): boolean;
  /** Throws LogError when records cannot be written. */
  check(): Promise<void>;
  /** Writes what is waiting, then ends. */
  close(): Promise<void>;
}

/** Told of every commit, with the partitions that grew. */
export type Committed = (topic: string, partition: number) => void;

/** Bytes of values after which a slice ends, so that large records do not make large batches. */
export const maxSliceBytes = 1_048_576;
