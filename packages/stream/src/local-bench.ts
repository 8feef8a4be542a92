/** The machine in this thread: works in slices, so that others get their turn between. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { decode, encode } from "@sanfen/events";
import type { Assignment, Entry, LogRecord } from "@sanfen/log";
import type { Row, Store } from "@sanfen/store";
import type { Beginning, Bench, Folded, Sending, Taken } from "./bench.ts";
import type { DeadRecord, Layout, Machine, MachineKind, Stamped, Writes } from "./machine.ts";
import type { Output } from "./outbox.ts";

/** Longest stretch of folding between two turns of the event loop, where others wait for it. */
const SLICE_MS = 6;

/** Loads what the store holds of the partition. */
export async function openLocalBench(
  assignment: Assignment,
  kind: MachineKind,
  beginning: Beginning,
  store: Store,
  layout: Layout,
): Promise<Bench> {
  const loaded = new Map<object, Row<unknown>[]>();
  for (const collection of kind.collections) {
    const rows: Row<unknown>[] = [];
    for await (const chunk of store.scan(collection, beginning.partition)) rows.push(...ofEpoch(chunk, beginning));
    loaded.set(collection, rows);
  }
  const machine = kind.open({ ...beginning, rows: (collection) => (loaded.get(collection) ?? []) as never }, layout);
  return new LocalBench(machine, { sliceMs: SLICE_MS, wanted: () => assignment.current });
}

/** Rows of an earlier epoch are not of this log: they stay until the rebuild writes over them. */
export function ofEpoch<D>(rows: readonly Row<D>[], { epoch }: Beginning): readonly Row<D>[] {
  return rows.filter((row) => row.version.epoch === epoch);
}

export interface Pace {
  /** Longest stretch of work in ms; Infinity: nobody else waits for this thread. */
  readonly sliceMs: number;
  /** Whether the work is still to be done. */
  readonly wanted: () => boolean;
}

export class LocalBench implements Bench {
  readonly #machine: Machine;
  readonly #pace: Pace;

  constructor(machine: Machine, pace: Pace) {
    this.#machine = machine;
    this.#pace = pace;
  }

  async fold(records: readonly LogRecord[]): Promise<Folded | undefined> {
    const { sliceMs, wanted } = this.#pace;
    const dead: DeadRecord[] = [];
    const stamped: Stamped[] = [];
    let since = performance.now();
    for (const record of records) stamp(record, stamped, dead);
    for (const _ of this.#machine.fold(stamped)) {
      if (performance.now() - since < sliceMs) continue;
      await nextTurn();
      if (!wanted()) return undefined;
      since = performance.now();
    }
    dead.push(...this.#machine.takeDead());
    return {
      sendings: this.#machine.outbox.take().flatMap(sendingOf),
      dead,
      live: this.#machine.takeLive?.() ?? [],
      dirty: this.#machine.dirty,
    };
  }

  async take(): Promise<Taken> {
    return {
      writes: inTurn(this.#machine.takeWrites()),
      checkpoint: this.#machine.checkpoint(),
      day: this.#machine.day,
    };
  }

  close(): void {
    // The memory goes with the last reference.
  }
}

async function* inTurn(writes: readonly Writes[]): AsyncGenerator<Writes, void, void> {
  yield* writes;
}

function stamp(record: LogRecord, stamped: Stamped[], dead: DeadRecord[]): void {
  const { offset: at, key, appendedAt, value: bytes } = record;
  const event = decode(bytes);
  if (event.name === null) dead.push({ at, reason: event.reason, detail: event.detail });
  else stamped.push({ at, key, appendedAt, event, bytes });
}

function sendingOf(outputs: readonly Output[]): Sending[] {
  const first = outputs[0];
  return first ? [{ topic: first.topic, partition: first.partition, entries: outputs.map(entryOf) }] : [];
}

const headersOf = new Map<string, NonNullable<Entry["headers"]>>();

function entryOf({ key, name, value }: Output): Entry {
  let headers = headersOf.get(name);
  if (!headers) {
    headers = { "sanfen-type": name };
    headersOf.set(name, headers);
  }
  return { key, value: encode(name, value), headers };
}
