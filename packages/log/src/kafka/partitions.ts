import type { EachBatchPayload, KafkaMessage } from "kafkajs";
import { type Batch, LogError, type Range, type Subscriber } from "../log.ts";
import { pauseAfter, type RestartPolicy } from "../restart.ts";
import { Hold } from "./hold.ts";
import { keepBeating } from "./keep-beating.ts";
import { toRecord } from "./records.ts";

/** The flow of records of one partition into this member. */
interface Tap {
  /** Lets records flow from the offset on; what was fetched before may still come. */
  open(partition: number, offset: number): void;
  shut(partition: number): void;
}

export interface PartitionsOptions {
  readonly subscriber: Subscriber;
  readonly tap: Tap;
  readonly range: (partition: number) => Promise<Range>;
  readonly restart: RestartPolicy;
  readonly random: () => number;
  readonly heartbeatMs: number;
  /** How long a handler may go on, in ms, once the group waits for this member. */
  readonly graceMs: number;
  /** A heartbeat was refused: the broker no longer counts this member in. */
  readonly expelled: () => void;
  /** A handler failed after its assignment had ended: nobody waits for it any more. */
  readonly lateFailure: (partition: number, error: unknown) => void;
}

const defaultMaxRecords = 1_000;
/** Batches from beyond the next record, one after the other, before that is taken for a hole and no longer for chance. */
const maxAstray = 3;

/**
 * The partitions that one member holds: each loads, reads on from where it was told to, and is started anew with a new
 * assignment when something of it fails.
 */
export class Partitions {
  readonly #options: PartitionsOptions;
  readonly #holds = new Map<number, Hold>();
  readonly #failures = new Map<number, number>();
  readonly #restarts = new Map<number, NodeJS.Timeout>();
  readonly #givenUp = new Set<number>();
  readonly #inHand = new Set<Promise<unknown>>();
  #stopping = false;

  constructor(options: PartitionsOptions) {
    this.#options = options;
  }

  /** Starts an assignment of each: to be called with the taps of all of them shut. */
  take(partitions: readonly number[]): void {
    this.loseAll();
    if (this.#stopping) return;
    for (const partition of partitions) if (!this.#givenUp.has(partition)) this.#begin(partition);
  }

  /** Ends all assignments, at once and synchronously: whoever owns the partitions next has not begun yet. */
  loseAll(): void {
    for (const timer of this.#restarts.values()) clearTimeout(timer);
    this.#restarts.clear();
    for (const hold of this.#holds.values()) this.#lose(hold);
  }

  /** No further batch; resolves when those in hand are done. */
  async finish(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#inHand);
    this.loseAll();
  }

  /**
   * What kafkajs's `eachBatch` calls. Throws only what kafkajs must know: that the group is rebalancing, or the
   * connection gone.
   */
  async deliver(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const hold = this.#holds.get(batch.partition);
    // A seek does not recall what was fetched before it; a hold without `next` is still loading.
    if (hold === undefined || hold.next === null || payload.isStale() || this.#stopping) return;
    // The broker notes the end before it reads, and may read beyond it.
    const end = Math.max(Number(batch.highWatermark), Number(batch.messages.at(-1)?.offset ?? -1) + 1);
    // Of what is folded already nothing is handed out again.
    const messages = batch.messages.filter(({ offset }) => Number(offset) >= hold.next!);
    const first = Number(messages[0]?.offset ?? batch.lastOffset());
    if (end < hold.next || first > hold.next) {
      await this.#astray(hold, first);
    } else if (messages.length === 0) {
      this.#options.tap.open(hold.partition, hold.next);
    } else {
      hold.astray = 0;
      await this.#slices(hold, messages, end, payload);
    }
  }

  async #slices(hold: Hold, messages: readonly KafkaMessage[], end: number, payload: EachBatchPayload): Promise<void> {
    const size = this.#options.subscriber.maxRecords ?? defaultMaxRecords;
    for (let from = 0; from < messages.length; from += size) {
      const records = messages.slice(from, from + size).map(toRecord);
      const refused = await this.#hand(hold, { records, end }, payload);
      if (!hold.current) return;
      const last = records.at(-1)!.offset;
      hold.next = last + 1;
      this.#failures.delete(hold.partition);
      payload.resolveOffset(String(last));
      if (refused !== undefined) throw refused;
      await payload.heartbeat();
      if (!hold.current || this.#stopping) return;
    }
  }

  /** Hands one batch over; answers the error of a heartbeat that failed meanwhile. */
  async #hand(hold: Hold, batch: Batch, payload: EachBatchPayload): Promise<Error | undefined> {
    const { subscriber, heartbeatMs, graceMs, expelled, lateFailure } = this.#options;
    const lost = Promise.withResolvers<void>();
    const onLost = (): void => lost.resolve();
    hold.signal.addEventListener("abort", onLost, { once: true });
    const beating = keepBeating({
      heartbeat: () => payload.heartbeat(),
      everyMs: heartbeatMs,
      graceMs,
      expelled,
      late: () => this.#lose(hold),
    });
    // A handler that throws before its first await fails like any other.
    const handled = (async () => subscriber.batch(hold, batch))();
    const settled = handled.then(
      () => undefined,
      (error: unknown) => (hold.current ? this.#fail(hold, asError(error)) : lateFailure(hold.partition, error)),
    );
    this.#inHand.add(settled);
    void settled.finally(() => this.#inHand.delete(settled));
    try {
      // Once the hold is lost nobody waits for the handler: the group must go on.
      await Promise.race([settled, lost.promise]);
    } finally {
      hold.signal.removeEventListener("abort", onLost);
      beating.end();
    }
    return beating.refused;
  }

  /**
   * What came begins beyond the next record, or from a log that ends before it. Either it was fetched for an earlier
   * assignment (a leader's move can let such a batch through), or the next record is not there, and kafkajs has gone to
   * another place without a word. The log itself knows which.
   */
  async #astray(hold: Hold, first: number): Promise<void> {
    const next = hold.next!;
    try {
      const range = await this.#options.range(hold.partition);
      if (!hold.current) return;
      hold.astray += 1;
      if (!within(next, range) || hold.astray > maxAstray) {
        throw new LogError("out-of-range", `${where(hold)}: next is ${next}, but the log goes on at ${first}`);
      }
      this.#options.tap.open(hold.partition, next);
    } catch (error) {
      if (hold.current) this.#fail(hold, asError(error));
    }
  }

  #begin(partition: number): void {
    const hold = new Hold(this.#options.subscriber.topic, partition);
    this.#holds.set(partition, hold);
    void this.#load(hold);
  }

  async #load(hold: Hold): Promise<void> {
    const { subscriber, range, tap } = this.#options;
    try {
      const next = await subscriber.assigned(hold);
      if (!hold.current) return;
      const kept = await range(hold.partition);
      if (!hold.current) return;
      if (!within(next, kept)) {
        const what = `begins at ${next}, the log holds ${kept.start} to ${kept.end}`;
        throw new LogError("out-of-range", `${where(hold)}: ${what}`);
      }
      hold.next = next;
      tap.open(hold.partition, next);
    } catch (error) {
      if (hold.current) this.#fail(hold, asError(error));
      else this.#options.lateFailure(hold.partition, error);
    }
  }

  #fail(hold: Hold, error: Error): void {
    const { subscriber, tap, restart, random } = this.#options;
    const { partition } = hold;
    tap.shut(partition);
    this.#lose(hold);
    const failures = (this.#failures.get(partition) ?? 0) + 1;
    this.#failures.set(partition, failures);
    const pauseMs = pauseAfter(failures, restart, random);
    if (pauseMs === null) this.#givenUp.add(partition);
    else if (!this.#stopping) {
      const again = (): void => {
        this.#restarts.delete(partition);
        this.#begin(partition);
      };
      this.#restarts.set(partition, setTimeout(again, pauseMs));
    }
    subscriber.failed(error, pauseMs === null);
  }

  #lose(hold: Hold): void {
    if (!hold.current) return;
    if (this.#holds.get(hold.partition) === hold) this.#holds.delete(hold.partition);
    hold.lose();
    this.#options.subscriber.revoked?.(hold);
  }
}

function within(next: number, range: Range): boolean {
  return next >= range.start && next <= range.end;
}

function where(hold: Hold): string {
  return `${hold.topic}/${hold.partition}`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
