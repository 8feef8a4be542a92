import type { Broker } from "./broker.ts";
import type { Consumption } from "./consumption.ts";
import { LogError, type Entry, type Log, type LogRecord, type Range } from "../log.ts";
import type { Subscriber, Subscription, TopicSpec } from "../log.ts";

const readChunk = 1_000;

/** One client of a broker in this process. */
export class BrokerClient implements Log {
  readonly #broker: Broker;
  readonly #whenClosed: () => Promise<void>;
  readonly #consumptions = new Set<Consumption>();
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(broker: Broker, whenClosed: () => Promise<void>) {
    this.#broker = broker;
    this.#whenClosed = whenClosed;
  }

  async ensure(topics: readonly TopicSpec[]): Promise<void> {
    this.#refuseClosed();
    this.#broker.ensure(topics);
  }

  async partitions(topic: string): Promise<number> {
    this.#refuseClosed();
    return this.#broker.partitionsOf(topic);
  }

  async append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]> {
    this.#refuseClosed();
    return this.#broker.append(topic, partition, entries);
  }

  async range(topic: string, partition: number): Promise<Range> {
    this.#refuseClosed();
    this.#broker.refuseUnknown(topic, partition);
    return this.#broker.storage.range(topic, partition);
  }

  read(topic: string, partition: number, from: number, to?: number): AsyncIterable<readonly LogRecord[]> {
    // The end is that of this moment; a generator's body would take that of the first step. Where the topic is not
    // there, the first step says so.
    const exists = (this.#broker.storage.partitions(topic) ?? 0) > partition && partition >= 0;
    const end = exists && !this.#closed ? this.#broker.storage.range(topic, partition).end : 0;
    return this.#read(topic, partition, from, Math.min(to ?? end, end));
  }

  async *#read(topic: string, partition: number, from: number, to: number): AsyncGenerator<readonly LogRecord[]> {
    let next = from;
    for (;;) {
      this.#refuseClosed();
      this.#broker.refuseUnknown(topic, partition);
      next = Math.max(next, this.#broker.storage.range(topic, partition).start);
      if (next >= to) return;
      const records = this.#broker.storage.slice(topic, partition, { from: next, to, maxRecords: readChunk });
      const last = records.at(-1);
      if (last === undefined) return;
      yield records;
      next = last.offset + 1;
      await new Promise<void>((resolve) => this.#broker.turns.take(resolve));
    }
  }

  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    if (this.#closing !== undefined) throw new LogError("closed", "this client of the log is closing");
    const consumption = this.#broker.subscribe(subscriber, (ended) => this.#consumptions.delete(ended));
    this.#consumptions.add(consumption);
    return consumption;
  }

  async drop(topic: string): Promise<void> {
    this.#refuseClosed();
    this.#broker.drop(topic);
  }

  async check(): Promise<void> {
    this.#refuseClosed();
    await this.#broker.check();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#whenClosed();
  }

  /** Closes without telling: for a broker that is closing itself. */
  stop(): Promise<void> {
    this.#closing ??= (async () => {
      // What a batch in hand appends is still taken.
      await Promise.all([...this.#consumptions].map((one) => one.stop()));
      this.#closed = true;
    })();
    return this.#closing;
  }

  /** Ends as a kill would. */
  crash(): void {
    this.#closed = true;
    this.#closing = Promise.resolve();
    for (const consumption of this.#consumptions) consumption.crash();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new LogError("closed", "this client of the log is closed");
  }
}
