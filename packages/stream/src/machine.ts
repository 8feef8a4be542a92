/**
 * The memory of one assignment: everything a service knows of one partition, and what it does with the next record.
 * Pure: no clock, no I/O. `run.ts` brings the records and carries the outputs and rows away.
 */
import type { Decoded } from "@sanfen/events";
import type { Collection, Row } from "@sanfen/store";
import type { Outbox } from "./outbox.ts";

/** A record of the log, decoded once at the edge. */
export interface Stamped {
  /** Its offset. */
  readonly at: number;
  readonly key: string;
  readonly appendedAt: number;
  readonly event: Extract<Decoded, { name: string }>;
  /** The event's bytes as they lie in the log. */
  readonly bytes: Uint8Array;
}

/** Why a record was put aside: a closed set, also the label of a metric. */
export type Refusal =
  | "too-short"
  | "no-marker"
  | "unknown-fingerprint"
  | "malformed"
  | "unexpected-event"
  | "unknown-kind"
  | "bad-body"
  | "conflicting-content"
  | "bad-control"
  | "bad-command";

/** What stands behind a live change: the subject that moved it and the instant (ms) at which its record was taken. */
export interface LiveCause {
  readonly subject: string;
  readonly recordedAt: number;
}

export interface DeadRecord {
  readonly at: number;
  readonly reason: Refusal;
  readonly detail: string;
}

/** Rows of one collection that a flush writes. */
export interface Writes<D = unknown> {
  readonly collection: Collection<D>;
  readonly rows: readonly Row<D>[];
}

/** What a take-over finds in the store. */
export interface Held {
  readonly partition: number;
  readonly epoch: number;
  /** What the machine said at the stored position, as JSON; null at the start of a rebuild. */
  readonly checkpoint: unknown;
  rows<D>(collection: Collection<D>): readonly Row<D>[];
}

export interface Machine {
  /** Folds records in order. Yields between pieces of work, so that the caller can let others run. */
  fold(records: readonly Stamped[]): Generator<void, void, void>;
  readonly outbox: Outbox;
  /** Records put aside since the last call. */
  takeDead(): readonly DeadRecord[];
  /** What live changes since the last call came from, where the machine knows: measures the way from fact to colour. */
  takeLive?(): readonly LiveCause[];
  /** Number of rows that differ from the stored ones. */
  readonly dirty: number;
  /** The rows that differ, in the order in which they are to be stored: documents before heads. */
  takeWrites(): readonly Writes[];
  /** What is stored with the position, atomically: the part of the memory that no row holds. Plain JSON. */
  checkpoint(): unknown;
  /** Newest position among all that was loaded; outputs up to it are out already and are not repeated. */
  readonly silentUpTo: number;
  /** Day in force, if this fold knows days. */
  readonly day: number | null;
}

/** Where another thread finds a machine kind. */
export interface MachineModule {
  /** Of a module that does nothing else when it is imported. */
  readonly url: string;
  /** Name of its export. */
  readonly export: string;
}

/** Makes the machine of a partition from what the store holds of it. */
export interface MachineKind {
  readonly name: string;
  readonly topic: string;
  /** Absent where the machine can only work in the thread that made it. */
  readonly module?: MachineModule;
  /** Collections that it writes for others and never loads. */
  readonly written?: readonly Collection<unknown>[];
  /** Collections that it keeps and loads at a take-over. */
  readonly collections: readonly Collection<unknown>[];
  open(held: Held, layout: Layout): Machine;
}

/** How many partitions each topic has. */
export interface Layout {
  partitionsOf(topic: string): number;
}
