import { Hold } from "./hold.ts";
import { LogError, type Assignment, type Batch, type Subscriber, type Subscription } from "../log.ts";
import type { Member } from "./membership.ts";
import { pauseAfter, type RestartPolicy } from "../restart.ts";
import type { Storage } from "./storage.ts";
import type { Timing, Turns } from "../timing.ts";

export interface ConsumptionContext {
  readonly storage: Storage;
  readonly timing: Timing;
  readonly turns: Turns;
  readonly restart: RestartPolicy;
  /** Takes the member out of its group; what it still owns is lost to it on the way. */
  leave(member: Member): void;
  reported(group: string, assignment: Assignment, offset: number): void;
}

const defaultMaxRecords = 1_000;

/**
 * One subscription at work. It hands over one batch a turn, always of the partition whose next record was appended
 * first, and lets no partition run ahead of the slowest by more than about two batches each: who joins partitions
 * again after a replay (the freezing of tallies at marks) then keeps little of one while waiting for another.
 */
export class Consumption implements Subscription, Member {
  readonly topic: string;
  readonly #subscriber: Subscriber;
  readonly #context: ConsumptionContext;
  readonly #maxRecords: number;
  readonly #window: number;
  readonly #holds = new Map<number, Hold>();
  /** Restarts that wait for their pause to end. */
  readonly #pauses = new Map<number, () => void>();
  readonly #inFlight = new Set<Promise<void>>();
  #inTurn = false;
  #stopping: Promise<void> | undefined;

  constructor(subscriber: Subscriber, partitions: number, context: ConsumptionContext) {
    this.topic = subscriber.topic;
    this.#subscriber = subscriber;
    this.#context = context;
    this.#maxRecords = subscriber.maxRecords ?? defaultMaxRecords;
    this.#window = 2 * this.#maxRecords * partitions;
  }

  take(partition: number): void {
    this.#start(partition, 0);
  }

  lose(partition: number): void {
    this.#pauses.get(partition)?.();
    this.#pauses.delete(partition);
    const hold = this.#holds.get(partition);
    if (hold !== undefined) this.#end(hold);
  }

  /** Records were appended to one of the topic's partitions. */
  wake(partition: number): void {
    if (this.#holds.get(partition)?.state === "idle") this.#schedule();
  }

  report(assignment: Assignment, offset: number): void {
    if (assignment.current && this.#subscriber.group !== null) {
      this.#context.reported(this.#subscriber.group, assignment, offset);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends as a kill would: nothing is waited for, and the subscriber is told nothing. */
  crash(): void {
    this.#stopping = Promise.resolve();
    for (const hold of this.#holds.values()) hold.end();
    this.#holds.clear();
    this.#context.leave(this);
  }

  /** The topic is no more. */
  dropped(): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = Promise.resolve();
    this.#context.leave(this);
    this.#subscriber.failed(new LogError("unknown-topic", `topic ${this.topic} was dropped`), true);
  }

  async #stop(): Promise<void> {
    const busy = [...this.#holds.values()].filter((hold) => hold.state === "busy");
    for (const hold of this.#holds.values()) if (hold.state !== "busy") this.#end(hold);
    // Those in hand stay current until they are handled, so that their outcome can be stored.
    if (busy.length > 0) await Promise.allSettled(this.#inFlight);
    this.#context.leave(this);
    await Promise.allSettled(this.#inFlight);
  }

  #start(partition: number, failures: number): void {
    if (this.#stopping !== undefined) return;
    const hold = new Hold(this.topic, partition, failures);
    this.#holds.set(partition, hold);
    this.#context.turns.take(() => {
      if (hold.current) this.#track(this.#load(hold));
    });
  }

  async #load(hold: Hold): Promise<void> {
    hold.state = "loading";
    try {
      const from = await this.#subscriber.assigned(hold);
      if (!hold.current) return;
      this.#refuseOutside(hold, from);
      hold.next = from;
      hold.state = "idle";
      this.#schedule();
    } catch (error) {
      this.#fail(hold, error);
    }
  }

  #schedule(): void {
    if (this.#inTurn || this.#stopping !== undefined) return;
    this.#inTurn = true;
    this.#context.turns.take(() => {
      this.#inTurn = false;
      if (this.#stopping === undefined) this.#deliverOne();
    });
  }

  #deliverOne(): void {
    const chosen = this.#choose();
    if (chosen === undefined) return;
    const { hold, beforePlace } = chosen;
    let batch: Batch;
    try {
      this.#refuseOutside(hold, hold.next);
      const { end } = this.#context.storage.range(hold.topic, hold.partition);
      const wanted = { from: hold.next, maxRecords: this.#maxRecords, beforePlace };
      batch = { records: this.#context.storage.slice(hold.topic, hold.partition, wanted), end };
    } catch (error) {
      this.#fail(hold, error);
      this.#schedule();
      return;
    }
    hold.state = "busy";
    this.#track(this.#handle(hold, batch));
    this.#schedule();
  }

  /** The idle hold whose next record was appended first, if that is not too far ahead of the others. */
  #choose(): { readonly hold: Hold; readonly beforePlace: number } | undefined {
    let slowest = Infinity;
    let chosen: Hold | undefined;
    for (const hold of this.#holds.values()) {
      let place: number | undefined;
      try {
        place = this.#placeOf(hold);
      } catch (error) {
        this.#fail(hold, error);
      }
      if (place === undefined) continue;
      slowest = Math.min(slowest, place);
      if (hold.state === "idle" && (chosen?.place === undefined || place < chosen.place)) chosen = hold;
    }
    const beforePlace = slowest + this.#window;
    return chosen?.place !== undefined && chosen.place < beforePlace ? { hold: chosen, beforePlace } : undefined;
  }

  #placeOf(hold: Hold): number | undefined {
    if (hold.state !== "idle" || hold.place !== undefined) return hold.place;
    const { start, end } = this.#context.storage.range(hold.topic, hold.partition);
    if (hold.next >= end) return undefined;
    hold.place = this.#context.storage.placeOf(hold.topic, hold.partition, Math.max(hold.next, start));
    return hold.place;
  }

  async #handle(hold: Hold, batch: Batch): Promise<void> {
    try {
      await this.#subscriber.batch(hold, batch);
    } catch (error) {
      this.#fail(hold, error);
      this.#schedule();
      return;
    }
    if (!hold.current) return;
    hold.failures = 0;
    hold.next = batch.records.at(-1)!.offset + 1;
    hold.place = undefined;
    hold.state = "idle";
    this.#schedule();
  }

  /** Ends the hold and starts the partition anew after a pause. What a lost one throws concerns nobody any more. */
  #fail(hold: Hold, thrown: unknown): void {
    if (!hold.current) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const failures = hold.failures + 1;
    this.#end(hold);
    const pause = pauseAfter(failures, this.#context.restart, () => this.#context.timing.random());
    if (pause !== null && this.#stopping === undefined) {
      const restart = (): void => {
        this.#pauses.delete(hold.partition);
        this.#start(hold.partition, failures);
      };
      this.#pauses.set(hold.partition, this.#context.timing.after(pause, restart));
    }
    this.#subscriber.failed(error, pause === null);
  }

  #end(hold: Hold): void {
    if (this.#holds.get(hold.partition) === hold) this.#holds.delete(hold.partition);
    hold.end();
    if (hold.state === "waiting") return;
    try {
      this.#subscriber.revoked?.(hold);
    } catch (error) {
      this.#subscriber.failed(error instanceof Error ? error : new Error(String(error)), false);
    }
  }

  #refuseOutside(hold: Hold, offset: number): void {
    const { start, end } = this.#context.storage.range(hold.topic, hold.partition);
    if (Number.isSafeInteger(offset) && offset >= start && offset <= end) return;
    const where = `${hold.topic}/${hold.partition}`;
    throw new LogError("out-of-range", `${where} holds offsets ${start} to ${end}; asked to begin at ${offset}`);
  }

  #track(work: Promise<void>): void {
    this.#inFlight.add(work);
    void work.finally(() => this.#inFlight.delete(work));
  }
}
