/** Follows one source, for as long as the process runs: rows, topic, and both anew after whatever went wrong. */
import type { Assignment, Batch, Subscription } from "@sanfen/log";
import type { Platform } from "@sanfen/service";
import { compareVersions } from "@sanfen/model";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import type { LiveRecord } from "./record.ts";
import { startSince, type Source } from "./sources.ts";

/** Outputs are in their topic before they are in the store, by a flush; an hour is far beyond any. */
const OVERLAP_MS = 3_600_000;
/** Rows read this recently need not be read again: the topic is read from much longer back. */
const ROWS_FRESH_MS = 300_000;
/** Beyond this, work gives way to other work of the process between two records. */
const SLICE_MS = 5;
const RESUBSCRIBE_MS = 2_000;
/** Behind by more than this is not ready. */
const READY_LAG_RECORDS = 1_000;

export interface FollowOptions {
  readonly platform: Platform;
  readonly source: Source;
  /** Takes a record in; false where it was not news. */
  readonly take: (record: LiveRecord) => boolean;
  /** The rows are in, for the first time. */
  readonly loaded: () => void;
  readonly resubscribeMs?: number;
}

export class Follower {
  readonly #options: FollowOptions;
  readonly #ended = new AbortController();
  readonly #lag = new Map<number, number>();
  #rows: { readonly at: number; readonly read: Promise<void> } | null = null;
  #isLoaded = false;
  #failure: string | null = null;
  #following: Promise<void> | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** Begins; goes on until `stop`. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** What keeps it from being ready. */
  reasons(): readonly string[] {
    const { kind, topic } = this.#options.source;
    if (this.#failure !== null) return [`${topic}: ${this.#failure}`];
    if (!this.#isLoaded) return [`loading ${kind}`];
    const behind = [...this.#lag].filter(([, records]) => records > READY_LAG_RECORDS);
    return behind.map(([partition, records]) => `${topic}/${partition}: ${records} records behind`);
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#following;
  }

  /** One subscription after the other: the log gives one up when its topic is dropped, or after failure upon failure. */
  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const over = Promise.withResolvers<void>();
      const end = (): void => over.resolve();
      signal.addEventListener("abort", end, { once: true });
      try {
        const subscription = await this.#subscribe(end);
        await over.promise;
        await subscription.stop();
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)), false);
      }
      signal.removeEventListener("abort", end);
      // Ended by the abort, which is no failure.
      await pause(this.#options.resubscribeMs ?? RESUBSCRIBE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #subscribe(gaveUp: () => void): Promise<Subscription> {
    const { platform, source } = this.#options;
    return platform.log.subscribe({
      group: null,
      topic: source.topic,
      maxRecords: platform.config.batchRecords,
      assigned: async ({ partition }) => {
        await this.#freshRows();
        const from = await startSince(platform.log, source.topic, partition, platform.clock() - OVERLAP_MS);
        this.#failure = null;
        return from;
      },
      batch: (assignment, batch) => this.#batch(assignment, batch),
      revoked: ({ partition }) => {
        this.#lag.delete(partition);
      },
      failed: (error, isOver) => {
        this.#fail(error, isOver);
        if (isOver) gaveUp();
      },
    });
  }

  /** Rows of all partitions: those of a key need not lie in the partition of its topic. */
  #freshRows(): Promise<void> {
    const now = this.#options.platform.clock();
    if (!this.#rows || now - this.#rows.at > ROWS_FRESH_MS) {
      const read = this.#readRows();
      this.#rows = { at: now, read };
      read.catch(() => {
        this.#rows = null;
      });
    }
    return this.#rows.read;
  }

  async #readRows(): Promise<void> {
    const { platform, source, take, loaded } = this.#options;
    for await (const records of source.rows(platform.store, platform.config.partitions)) {
      this.#ended.signal.throwIfAborted();
      for (const record of records) take(record);
      await turn();
    }
    if (this.#isLoaded || this.#ended.signal.aborted) return;
    this.#isLoaded = true;
    loaded();
  }

  /**
   * A batch's news goes out before the next turn of the event loop, unless there is too much of it for one. Under a
   * storm most records of a batch would only be sent to be replaced: of each key the newest goes out.
   */
  async #batch(assignment: Assignment, { records, end }: Batch): Promise<void> {
    const { platform, source, take } = this.#options;
    const outcomes = { folded: 0, known: 0, dead: 0, other: 0 };
    const newest = new Map<string, LiveRecord>();
    const slice = new Slice();
    for (const record of records) {
      const read = source.read(record.value);
      if ("kind" in read) {
        const held = newest.get(read.key);
        if (held) outcomes.known += 1;
        if (!held || compareVersions(read.version, held.version) > 0) newest.set(read.key, read);
      } else if ("dead" in read) {
        outcomes.dead += 1;
        this.#putAside(assignment, record.offset, read);
      } else {
        outcomes.other += 1;
      }
      if (slice.isOver) await slice.next();
    }
    for (const record of newest.values()) {
      if (!assignment.current) return;
      outcomes[take(record) ? "folded" : "known"] += 1;
      if (slice.isOver) await slice.next();
    }
    for (const [outcome, count] of Object.entries(outcomes)) {
      if (count > 0) platform.metrics.records.inc({ service: "gateway", outcome }, count);
    }
    this.#measureLag(assignment, records.at(-1)!, end);
  }

  #putAside(
    { topic, partition }: Assignment,
    offset: number,
    { dead: reason, detail }: { dead: string; detail: string },
  ): void {
    const { metrics, logger } = this.#options.platform;
    metrics.deadLetters.inc({ topic, reason });
    logger.warn({ topic, partition, offset, reason, detail }, "a record was put aside");
  }

  #measureLag({ topic, partition }: Assignment, last: Batch["records"][number], end: number): void {
    const { metrics, clock } = this.#options.platform;
    const behind = end - last.offset - 1;
    this.#lag.set(partition, behind);
    const labels = { service: "gateway", topic, partition: String(partition) };
    metrics.lagRecords.set(labels, behind);
    metrics.lagSeconds.set(labels, behind === 0 ? 0 : Math.max(0, clock() - last.appendedAt) / 1_000);
  }

  #fail(error: Error, isOver: boolean): void {
    if (this.#ended.signal.aborted) return;
    // The code, not the message, which may name addresses.
    const code = "code" in error ? String(error.code) : "failed";
    this.#failure = `cannot be followed (${code})`;
    this.#options.platform.logger.warn(
      { err: error, topic: this.#options.source.topic, again: isOver ? "subscribing" : "partition" },
      "the live stream lost a topic; starting anew",
    );
  }
}

/** A stretch of work that the rest of the process can wait for. */
class Slice {
  #began = performance.now();

  get isOver(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  async next(): Promise<void> {
    await turn();
    this.#began = performance.now();
  }
}
