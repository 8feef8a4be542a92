/**
 * Records of one key → one row, with nothing emitted: what ingest keeps to look things up in. Pure memory of one
 * partition; the stream stores it.
 */
import type { Collection, Row } from "@sanfen/store";
import {
  Outbox,
  type DeadRecord,
  type Held,
  type Machine,
  type MachineKind,
  type Stamped,
  type Writes,
} from "@sanfen/stream";

/** What a record makes of a row. `same`: it has no effect. */
export type Reduced<D> = { readonly row: D } | { readonly same: true } | { readonly bad: string };

export interface RowKind<D> {
  readonly name: string;
  readonly topic: string;
  readonly collection: Collection<D>;
  /** Whether a record is this machine's to look at. */
  concerns(record: Stamped): boolean;
  /** Must give the same for a record that is in the row already: records are redone after a take-over. */
  reduce(row: D | undefined, record: Stamped): Reduced<D>;
}

export function rowMachine<D>(kind: RowKind<D>): MachineKind {
  return {
    name: kind.name,
    topic: kind.topic,
    collections: [kind.collection],
    open: (held) => new RowMachine(kind, held),
  };
}

class RowMachine<D> implements Machine {
  readonly outbox: Outbox = new Outbox();
  readonly silentUpTo: number = -1;
  readonly day: null = null;
  readonly #kind: RowKind<D>;
  readonly #held: Held;
  readonly #rows = new Map<string, Row<D>>();
  readonly #dirty = new Set<string>();
  #dead: DeadRecord[] = [];

  constructor(kind: RowKind<D>, held: Held) {
    this.#kind = kind;
    this.#held = held;
    for (const row of held.rows(kind.collection)) this.#rows.set(row.id, row);
  }

  get dirty(): number {
    return this.#dirty.size;
  }

  *fold(records: readonly Stamped[]): Generator<void, void, void> {
    for (const record of records) {
      if (this.#kind.concerns(record)) this.#apply(record);
      yield;
    }
  }

  takeDead(): readonly DeadRecord[] {
    const dead = this.#dead;
    this.#dead = [];
    return dead;
  }

  takeWrites(): readonly Writes[] {
    const rows = [...this.#dirty].map((key) => this.#rows.get(key)!);
    this.#dirty.clear();
    return [{ collection: this.#kind.collection, rows }];
  }

  checkpoint(): null {
    return null;
  }

  #apply(record: Stamped): void {
    const { key, at } = record;
    const reduced = this.#kind.reduce(this.#rows.get(key)?.doc, record);
    if ("same" in reduced) return;
    if ("bad" in reduced) {
      this.#dead.push({ at, reason: "bad-command", detail: reduced.bad });
      return;
    }
    const { partition, epoch } = this.#held;
    this.#rows.set(key, { id: key, partition, version: { epoch, at }, doc: reduced.row });
    this.#dirty.add(key);
  }
}
