import { LogError, type Entry } from "../log.ts";

/** A list that waits to be written. */
export interface Queued<Partition> {
  readonly partition: Partition;
  readonly entries: readonly Entry[];
  /** How many of them are committed: a long list takes several transactions. */
  written: number;
  readonly bytes: number;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: Error) => void;
  readonly offsets: number[];
}

/** Part of a list that goes into one transaction: the entries [from, to). */
export interface Portion<Partition> {
  readonly list: Queued<Partition>;
  readonly from: number;
  readonly to: number;
}

export interface GroupCommitOptions<Partition> {
  /** Writes the portions in one transaction, synced; answers the offset of each portion's first entry. */
  readonly commit: (portions: readonly Portion<Partition>[]) => readonly number[];
  /** After a commit, before anybody waiting for it goes on. */
  readonly committed: (partitions: ReadonlySet<Partition>) => void;
  readonly defer: (task: () => void) => void;
}

/** Of one transaction: it holds the event loop while it runs. */
const maxEntries = 1_000;
const maxBytes = 1_048_576;
/** Of all that waits. Beyond it appends are refused: whoever appends without waiting would fill the memory. */
const maxQueuedBytes = 134_217_728;

/**
 * Group commit: what is appended in one turn of the event loop shares a transaction, and so a sync of the disk, with
 * all else of that turn. First come, first written; lists stay whole.
 */
export class GroupCommit<Partition> {
  readonly #options: GroupCommitOptions<Partition>;
  #queue: Queued<Partition>[] = [];
  #queuedBytes = 0;
  #scheduled = false;

  constructor(options: GroupCommitOptions<Partition>) {
    this.#options = options;
  }

  append(partition: Partition, entries: readonly Entry[]): Promise<readonly number[]> {
    const bytes = entries.reduce((sum, { value, key }) => sum + value.length + key.length, 0);
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > maxQueuedBytes) {
      return Promise.reject(new LogError("unavailable", `more than ${maxQueuedBytes} bytes wait to be written`));
    }
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ partition, entries, written: 0, bytes, resolve, reject, offsets: [] });
      this.#schedule();
    });
  }

  /** Refuses what waits for partitions that are gone. */
  refuse(gone: (partition: Partition) => boolean, error: LogError): void {
    const refused = this.#queue.filter(({ partition }) => gone(partition));
    this.#queue = this.#queue.filter(({ partition }) => !gone(partition));
    for (const list of refused) this.#fail(list, error);
  }

  /** Writes all that waits, at once. */
  drain(): void {
    while (this.#queue.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.defer(() => {
      this.#scheduled = false;
      this.#flush();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const portions = this.#portions();
    if (portions.length === 0) return;
    let firsts: readonly number[];
    try {
      firsts = this.#options.commit(portions);
    } catch (error) {
      this.#queue.splice(0, portions.length);
      for (const { list } of portions) this.#fail(list, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const [index, { list, from, to }] of portions.entries()) {
      for (let i = from; i < to; i += 1) list.offsets.push(firsts[index]! + i - from);
      list.written = to;
    }
    this.#options.committed(new Set(portions.map(({ list }) => list.partition)));
    const whole = portions.filter(({ list }) => list.written === list.entries.length);
    this.#queue.splice(0, whole.length);
    for (const { list } of whole) {
      this.#queuedBytes -= list.bytes;
      list.resolve(list.offsets);
    }
  }

  /** From the head of the queue as much as one transaction takes; only the last portion may leave a rest. */
  #portions(): Portion<Partition>[] {
    const portions: Portion<Partition>[] = [];
    let entries = 0;
    let bytes = 0;
    for (const list of this.#queue) {
      const from = list.written;
      let to = from;
      while (to < list.entries.length && entries < maxEntries && bytes < maxBytes) {
        bytes += list.entries[to]!.value.length;
        entries += 1;
        to += 1;
      }
      if (to > from) portions.push({ list, from, to });
      if (to < list.entries.length) break;
    }
    return portions;
  }

  #fail(list: Queued<Partition>, error: Error): void {
    this.#queuedBytes -= list.bytes;
    list.reject(error);
  }
}
