/**
 * Machines under any schedule: several instances hold the same partition, each believing itself its owner; batches,
 * sends, stored rows and positions interleave and break off anywhere. What `member.ts` does in one go is cut into its
 * steps here; the order of the steps within an instance is kept.
 */
import type { Row } from "@sanfen/store";
import { compareVersions, type Version } from "@sanfen/model";
import { decode, encode } from "@sanfen/events";
import type { Layout, Machine, MachineKind, Stamped } from "../machine.ts";
import type { Output } from "../outbox.ts";

interface Held {
  readonly machine: Machine;
  readonly epoch: number;
  next: number;
  /** Lists not sent yet. */
  lists: (readonly Output[])[];
  /** Rows not stored yet, then the position. */
  rows: { collection: string; row: Row<unknown> }[] | null;
  position: { offset: number; checkpoint: unknown } | null;
}

interface StoredPosition {
  readonly offset: number;
  readonly checkpoint: unknown;
  readonly epoch: number;
}

export interface Topic {
  readonly partitions: Stamped[][];
}

export type Action =
  /** Folds a batch; `sent`: and sends all that comes of it. */
  | {
      readonly do: "fold";
      readonly sent: boolean;
      readonly instance: number;
      readonly partition: number;
      readonly records: number;
    }
  | {
      readonly do: "send" | "flush" | "store" | "take" | "drop";
      readonly instance: number;
      readonly partition: number;
    };

/** One machine kind over one input topic, with its store and its output topics. */
export class Stage {
  readonly #kind: MachineKind;
  readonly #layout: Layout;
  readonly #input: Topic;
  readonly #outputs: ReadonlyMap<string, Topic>;
  readonly #rows = new Map<string, Map<string, Row<unknown>>>();
  readonly #positions = new Map<number, StoredPosition>();
  readonly #held = new Map<string, Held>();
  /** What was ever sent, by topic, key and version: two contents for one version are a breach of invariant 5. */
  readonly #said = new Map<string, string>();
  breach: string | null = null;

  constructor(kind: MachineKind, layout: Layout, input: Topic, outputs: ReadonlyMap<string, Topic>) {
    this.#kind = kind;
    this.#layout = layout;
    this.#input = input;
    this.#outputs = outputs;
  }

  rows<D>(collection: string): ReadonlyMap<string, Row<D>> {
    return (this.#rows.get(collection) ?? new Map()) as ReadonlyMap<string, Row<D>>;
  }

  act(action: Action): void {
    const { instance, partition } = action;
    const id = `${instance}/${partition}`;
    const held = this.#held.get(id);
    switch (action.do) {
      case "take":
        this.#held.set(id, this.#takeOver(partition));
        return;
      case "drop":
        this.#held.delete(id);
        return;
      case "fold":
        if (held && held.lists.length === 0 && held.rows === null) this.#fold(held, partition, action.records);
        if (held && action.sent) while (held.lists.length > 0) this.#send(held);
        return;
      case "send":
        if (held) this.#send(held);
        return;
      case "flush":
        if (held && held.lists.length === 0 && held.rows === null) this.#beginFlush(held);
        return;
      case "store":
        if (held) this.#storeNext(held, partition);
        return;
    }
  }

  /** A clean owner takes every partition and works it off. */
  finish(): void {
    for (const partition of this.#input.partitions.keys()) {
      const held = this.#takeOver(partition);
      while (held.next < this.#input.partitions[partition]!.length) {
        this.#fold(held, partition, 3);
        while (held.lists.length > 0) this.#send(held);
      }
      this.#beginFlush(held);
      while (held.rows !== null) this.#storeNext(held, partition);
    }
  }

  #takeOver(partition: number): Held {
    const position = this.#positions.get(partition) ?? { offset: 0, checkpoint: null, epoch: 1 };
    const rowsOf = (collection: string): Row<unknown>[] =>
      structuredClone([...(this.#rows.get(collection)?.values() ?? [])].filter((row) => row.partition === partition));
    const machine = this.#kind.open(
      {
        partition,
        epoch: position.epoch,
        checkpoint: structuredClone(position.checkpoint),
        rows: (collection) => rowsOf(collection.name) as never,
      },
      this.#layout,
    );
    return { machine, epoch: position.epoch, next: position.offset, lists: [], rows: null, position: null };
  }

  #fold(held: Held, partition: number, records: number): void {
    const batch = this.#input.partitions[partition]!.slice(held.next, held.next + records);
    if (batch.length === 0) return;
    for (const _ of held.machine.fold(batch)) continue;
    held.next = batch.at(-1)!.at + 1;
    held.lists = held.machine.outbox.take().filter((list) => list.length > 0);
  }

  /** A list is appended as one, or broken off in the middle: then the rest follows later, or never. */
  #send(held: Held): void {
    const list = held.lists.shift();
    for (const output of list ?? []) {
      const bytes = encode(output.name, output.value as never);
      this.#judge(output, bytes);
      const records = this.#outputs.get(output.topic)?.partitions[output.partition];
      const event = decode(bytes);
      if (!records || event.name === null) continue;
      records.push({ at: records.length, key: output.key, appendedAt: 0, event, bytes });
    }
  }

  #beginFlush(held: Held): void {
    held.rows = held.machine
      .takeWrites()
      .flatMap(({ collection, rows }) =>
        rows.map((row) => ({ collection: collection.name, row: structuredClone(row) })),
      );
    held.position = { offset: held.next, checkpoint: structuredClone(held.machine.checkpoint()) };
  }

  #storeNext(held: Held, partition: number): void {
    if (held.rows === null) return;
    const write = held.rows.shift();
    if (write) {
      const rows = this.#rows.get(write.collection) ?? new Map<string, Row<unknown>>();
      this.#rows.set(write.collection, rows);
      const before = rows.get(write.row.id);
      if (!before || compareVersions(write.row.version, before.version) >= 0) rows.set(write.row.id, write.row);
      return;
    }
    const { offset, checkpoint } = held.position!;
    if (offset >= (this.#positions.get(partition)?.offset ?? 0))
      this.#positions.set(partition, { offset, checkpoint, epoch: held.epoch });
    held.rows = null;
  }

  #judge(output: Output, bytes: Uint8Array): void {
    const { version } = output.value as { version?: Version };
    if (!version || output.name === "Mark") return;
    const id = `${output.topic} ${output.key} ${version.epoch} ${version.at}`;
    const content = Buffer.from(bytes).toString("base64");
    const before = this.#said.get(id);
    if (before !== undefined && before !== content) this.breach ??= `two contents for ${id}`;
    this.#said.set(id, content);
  }
}
