import type { Entry, Log, LogRecord, Subscription, TopicSpec } from "../log.ts";
import type { Harness } from "./harness.ts";
import type { Reader } from "./reader.ts";

/** The harness with what every test needs about it: one client at hand, and readers cleared away after each test. */
export class Bench {
  #harness: Harness | undefined;
  #log: Log | undefined;
  readonly #clients = new Set<Log>();
  readonly #subscriptions = new Map<Subscription, Log>();
  readonly #readers = new Set<Reader>();

  get harness(): Harness {
    if (this.#harness === undefined) throw new Error("the log under test did not open");
    return this.#harness;
  }

  /** The client that all tests share. */
  get log(): Log {
    if (this.#log === undefined) throw new Error("the log under test did not open");
    return this.#log;
  }

  get patience(): { readonly timeout: number; readonly interval: number } {
    return { timeout: this.harness.patienceMs ?? 5_000, interval: 5 };
  }

  async start(harness: Harness): Promise<void> {
    this.#harness = harness;
    this.#log = await harness.connect();
  }

  /** Another client, closed after the test. */
  async connect(): Promise<Log> {
    const log = await this.harness.connect();
    this.#clients.add(log);
    return log;
  }

  /** Drops a client of `connect` as a kill would. */
  async crash(log: Log): Promise<void> {
    this.#clients.delete(log);
    for (const [subscription, owner] of this.#subscriptions) {
      if (owner === log) this.#subscriptions.delete(subscription);
    }
    await this.harness.crash(log);
  }

  /** A new topic, created. */
  async topic(spec?: Partial<TopicSpec>): Promise<TopicSpec> {
    const topic = this.harness.topic(spec);
    await this.log.ensure([topic]);
    return topic;
  }

  async subscribe(reader: Reader, log: Log = this.log): Promise<Subscription> {
    this.#readers.add(reader);
    const subscription = await log.subscribe(reader.subscriber);
    this.#subscriptions.set(subscription, log);
    return subscription;
  }

  /** Stops what the test left running; a breach that any of its readers saw fails the test. */
  async clear(): Promise<void> {
    await Promise.all([...this.#subscriptions.keys()].map((one) => one.stop()));
    await Promise.all([...this.#clients].map((one) => one.close()));
    const violations = [...this.#readers].flatMap((one) => one.violations);
    this.#subscriptions.clear();
    this.#clients.clear();
    this.#readers.clear();
    if (violations.length > 0) throw new Error(`against the contract: ${[...new Set(violations)].join("; ")}`);
  }

  async end(): Promise<void> {
    await this.#log?.close();
    await this.#harness?.dispose();
  }
}

/** So many entries with values `<label>-0`, `<label>-1`, …, all under the label as their key. */
export function entries(label: string, count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => ({ key: label, value: new TextEncoder().encode(`${label}-${i}`) }));
}

export function textOf(record: LogRecord): string {
  return new TextDecoder().decode(record.value);
}

export async function readAll(log: Log, topic: string, partition = 0, from = 0, to?: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const chunk of log.read(topic, partition, from, to)) records.push(...chunk);
  return records;
}

/** The whole numbers of [from, to). */
export function count(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** A promise and the means to settle it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
