/**
 * One assignment at work: brings records to the bench, sends its outputs, stores its rows and then its position.
 * All of it runs one after the other; whatever fails beyond retry drops the memory with the assignment.
 */
import { setTimeout as pause } from "node:timers/promises";
import { encode, type DeadLetter } from "@sanfen/events";
import { LogError, type Assignment, type Batch, type Entry, type Log, type LogRecord } from "@sanfen/log";
import { StoreError, type Row, type Store } from "@sanfen/store";
import pRetry from "p-retry";
import type { Bench, Folded, Sending } from "./bench.ts";
import { openLocalBench } from "./local-bench.ts";
import type { DeadRecord, Layout, MachineKind, MachineModule } from "./machine.ts";
import type { Observer } from "./observer.ts";
import { positionId, storePosition, takePosition, type Position } from "./positions.ts";
import { openThreadBench } from "./thread-bench.ts";
import { DEAD_LETTERS } from "./topics.ts";

export interface Surroundings {
  readonly log: Log;
  readonly store: Store;
  readonly layout: Layout;
  readonly observer: Observer;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A flush comes at least so often while there is something to store. */
  readonly flushMs: number;
  /** A flush comes as soon as so many rows differ. */
  readonly maxDirtyRows: number;
}

/** Between a failed write and the next. */
const FIRST_PAUSE_MS = 50;

/** However long storing takes, and however much is to come, rows wait no longer. */
const MOST_FLUSH_MS = 4_000;

export class Member {
  readonly assignment: Assignment;
  readonly #kind: MachineKind;
  readonly #around: Surroundings;
  readonly #bench: Bench;
  #position: Row<Position>;
  #next: number;
  /** Rows that differ from the stored ones. */
  #dirty = 0;
  #queue: Promise<void> = Promise.resolve();
  /** Outputs on their way to the log. */
  #sending: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #flushedAt: number;
  #flushTookMs = 0;
  /** Why it stands still, while it does. */
  stuck: string | null = null;
  lagRecords: number;

  private constructor(
    assignment: Assignment,
    kind: MachineKind,
    around: Surroundings,
    bench: Bench,
    position: Row<Position>,
    end: number,
  ) {
    this.assignment = assignment;
    this.#kind = kind;
    this.#around = around;
    this.#bench = bench;
    this.#position = position;
    this.#next = position.doc.offset;
    this.#flushedAt = around.clock();
    this.lagRecords = end - this.#next;
  }

  /** Loads a partition's memory from the store, into a thread of its own where a module is given. */
  static async takeOver(
    assignment: Assignment,
    kind: MachineKind,
    around: Surroundings,
    module?: MachineModule,
  ): Promise<Member> {
    const { log, store, layout } = around;
    const { topic, partition } = assignment;
    const range = await log.range(topic, partition);
    const position = await takePosition(
      store,
      positionId(kind.name, topic, partition),
      partition,
      range,
      around.clock(),
    );
    const beginning = { partition, epoch: position.version.epoch, checkpoint: position.doc.checkpoint };
    const bench = module
      ? await openThreadBench(assignment, kind, module, beginning, store, layout)
      : await openLocalBench(assignment, kind, beginning, store, layout);
    return new Member(assignment, kind, around, bench, position, range.end);
  }

  get next(): number {
    return this.#next;
  }

  /** Folds a batch and sends its outputs, or begins to while more records are to come. A flush may follow. */
  async batch(batch: Batch): Promise<void> {
    await this.#exclusively(async () => {
      const records = this.#following(batch.records);
      if (records.length > 0) await this.#foldAll(records);
      this.#tellLag(batch);
      // The next batch is folded while the log writes. It meets what fails here; without one, nobody would.
      if (this.lagRecords === 0) await this.#sending;
      const { clock, maxDirtyRows } = this.#around;
      const delay = this.#flushDelay();
      if (this.#dirty >= maxDirtyRows || clock() - this.#flushedAt >= delay) {
        await this.#flush();
        return;
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#flushLater(), delay);
    });
  }

  /**
   * How long rows may wait. With more records to come a row that changes again is better stored once, so storing takes
   * a tenth of the time at most; with none to come, readers wait for the rows.
   */
  #flushDelay(): number {
    const { flushMs } = this.#around;
    if (this.lagRecords === 0) return flushMs;
    return Math.min(Math.max(flushMs, this.#flushTookMs * 9), MOST_FLUSH_MS);
  }

  /** Stores what is not stored yet, then the position. */
  async flush(): Promise<void> {
    await this.#exclusively(() => this.#flush());
  }

  /** Lets go of the memory: nothing is written any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#bench.close();
  }

  /** What follows on from the memory: records folded already are cut, a gap is refused. */
  #following(records: readonly LogRecord[]): readonly LogRecord[] {
    const fresh = records.filter((record) => record.offset >= this.#next);
    const first = fresh[0];
    if (first && first.offset > this.#next) {
      throw new Error(
        `${this.#kind.name}: record ${this.#next} of ${this.assignment.topic} is missing, ${first.offset} came`,
      );
    }
    return fresh;
  }

  async #foldAll(records: readonly LogRecord[]): Promise<void> {
    const folded = await this.#bench.fold(records);
    if (!folded || !this.assignment.current) return;
    this.#next = records.at(-1)!.offset + 1;
    this.#dirty = folded.dirty;
    // Outputs of one batch after those of the one before.
    await this.#sending;
    this.#sending = this.#sendAll(folded, records.length);
    // Whoever awaits it meets what it throws.
    this.#sending.catch(() => undefined);
  }

  async #sendAll({ sendings, dead, live }: Folded, records: number): Promise<void> {
    await Promise.all(sendings.map((sending) => this.#send(sending)));
    if (dead.length > 0) await this.#durably(() => this.#putAside(dead));
    const { observer, clock } = this.#around;
    const { name } = this.#kind;
    observer.folded(name, records);
    for (const { reason, detail } of dead) observer.dead(name, this.assignment.topic, reason, detail);
    if (live.length > 0) observer.live(name, live, clock());
  }

  async #send(sending: Sending): Promise<void> {
    await this.#durably(() => this.#around.log.append(sending.topic, sending.partition, sending.entries));
    this.#around.observer.sent(this.#kind.name, sending);
  }

  async #putAside(dead: readonly DeadRecord[]): Promise<void> {
    const { topic, partition } = this.assignment;
    const letters = dead.map(({ at, reason, detail }): Entry => {
      const letter: DeadLetter = {
        topic,
        partition,
        offset: at,
        consumer: this.#kind.name,
        reason,
        detail,
        instant: this.#around.clock(),
      };
      return { key: `${topic}/${partition}/${at}`, value: encode("DeadLetter", letter) };
    });
    await this.#around.log.append(DEAD_LETTERS, 0, letters);
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { store, clock, observer } = this.#around;
    const started = clock();
    if (this.#next === this.#position.doc.offset) return;
    // Outputs before rows, rows before the position.
    await this.#sending;
    const taken = await this.#bench.take();
    if (!taken) return;
    const { writes, checkpoint, day } = taken;
    const position = { offset: this.#next, checkpoint, day };
    this.#dirty = 0;
    let rows = 0;
    for await (const write of writes) {
      if (write.rows.length === 0) continue;
      await this.#durably(() => store.put(write.collection, write.rows));
      rows += write.rows.length;
    }
    await this.#durably(async () => {
      this.#position = await storePosition(store, this.#position, position);
    });
    this.#flushedAt = clock();
    this.#flushTookMs = this.#flushedAt - started;
    observer.flushed(this.#kind.name, rows, this.#flushTookMs);
  }

  #flushLater(): void {
    this.#timer = undefined;
    // A failure stays in the queue: the next batch, or the stop, meets it.
    this.#queue = this.#queue.then(() => (this.assignment.current ? this.#flush() : undefined));
    this.#queue.catch((error: unknown) => {
      this.stuck = String(error);
    });
  }

  /** Repeats what the log or the store refuses for the time being, for as long as the assignment is ours. */
  async #durably<T>(write: () => Promise<T>): Promise<T> {
    this.assignment.signal.throwIfAborted();
    try {
      // Nearly always it goes well: the machinery of retries is set up when it does not.
      return await write();
    } catch (error) {
      if (!(error instanceof Error) || !mayPass(error)) throw error;
      return await this.#retried(write, error);
    }
  }

  async #retried<T>(write: () => Promise<T>, first: Error): Promise<T> {
    const { observer } = this.#around;
    const failed = (error: Error, attempt: number): void => {
      this.stuck = error.message;
      if (mayPass(error)) observer.waiting(this.#kind.name, error, attempt);
    };
    failed(first, 1);
    try {
      await pause(FIRST_PAUSE_MS, undefined, { signal: this.assignment.signal });
      return await pRetry(write, {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 2 * FIRST_PAUSE_MS,
        maxTimeout: 5_000,
        randomize: true,
        signal: this.assignment.signal,
        shouldRetry: ({ error }) => mayPass(error),
        onFailedAttempt: ({ error, attemptNumber }) => failed(error, attemptNumber + 1),
      });
    } finally {
      this.stuck = null;
    }
  }

  async #exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => (this.assignment.current ? work() : undefined));
    this.#queue = turn;
    await turn;
  }

  #tellLag(batch: Batch): void {
    const { observer, clock } = this.#around;
    const { topic, partition } = this.assignment;
    this.lagRecords = Math.max(0, batch.end - this.#next);
    const last = batch.records.at(-1)!;
    const seconds = this.lagRecords === 0 ? 0 : Math.max(0, (clock() - last.appendedAt) / 1_000);
    observer.lag(this.#kind.name, topic, partition, this.lagRecords, seconds);
  }
}

function mayPass(error: Error): boolean {
  if (error instanceof LogError) return ["unavailable", "full", "incomplete"].includes(error.code);
  return error instanceof StoreError && (error.code === "unavailable" || error.code === "full");
}
