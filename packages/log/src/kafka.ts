import { Partitioners, type Producer } from "kafkajs";
import { type Entry, type Log, LogError, type LogRecord, type Range } from "./log.ts";
import type { Subscriber, Subscription, TopicSpec } from "./log.ts";
import { Lane } from "./kafka/appender.ts";
import {
  type Connected,
  connectCluster,
  fetchFrom,
  partitionCount,
  rangeOf,
  unknownPartition,
} from "./kafka/cluster.ts";
import { connected } from "./kafka/connect.ts";
import { type KafkaOptions, type Settings, settingsOf } from "./kafka/options.ts";
import { readRange } from "./kafka/read-range.ts";
import { type Limits, Renewed } from "./kafka/renewed.ts";
import { KafkaSubscription } from "./kafka/subscription.ts";
import { Topics } from "./kafka/topics.ts";
import { settledWithin, within } from "./kafka/within.ts";

/** Long enough for another broker to take over from a dead one, which is missed after nine seconds by default. */
const failoverMs = 12_000;
/** How long `check` waits for an answer. */
const checkMs = 5_000;
/** How long `close` waits for appends under way; those left fail. */
const closeMs = 15_000;

/**
 * The log on Apache Kafka (2.8 or newer; tried on 4.3). `brokers` are addresses to start from, `host:port`. Delivery is
 * at least once: an append that is retried may leave its entries twice.
 * Throws LogError `unavailable` when no broker can be reached.
 */
export async function openKafkaLog(brokers: readonly string[], options: KafkaOptions = {}): Promise<Log> {
  const log = new KafkaLog(settingsOf(brokers, options));
  try {
    await log.check();
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
}

class KafkaLog implements Log {
  readonly #settings: Settings;
  readonly #clusters: Renewed<Connected>;
  readonly #producers: Renewed<Producer>;
  readonly #topics: Topics;
  readonly #lanes = new Map<string, Lane>();
  readonly #subscriptions = new Set<KafkaSubscription>();
  /** Partitions by topic, as last seen: an append asks once. */
  readonly #counts = new Map<string, number>();
  #closing: Promise<void> | undefined;
  /** Set once the subscriptions have stopped: until then the batches in hand may append. */
  #closed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    const { notEnded } = settings;
    this.#clusters = new Renewed({
      make: () => connectCluster(settings),
      end: ({ consumer }) => consumer.disconnect(),
      notEnded,
    });
    this.#producers = new Renewed({
      make: () => connectProducer(settings),
      end: (producer) => producer.disconnect(),
      notEnded,
    });
    this.#topics = new Topics(settings, (topic, limits) => this.#count(topic, limits));
  }

  async ensure(topics: readonly TopicSpec[]): Promise<void> {
    this.#refuseWhenClosed();
    await this.#topics.ensure(topics);
  }

  async partitions(topic: string): Promise<number> {
    this.#refuseWhenClosed();
    return this.#count(topic);
  }

  async append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]> {
    this.#refuseWhenClosed();
    if (partition < 0 || partition >= (this.#counts.get(topic) ?? (await this.#count(topic)))) {
      throw unknownPartition(topic, partition);
    }
    if (entries.length === 0) return [];
    try {
      return await this.#lane(topic, partition).append(entries);
    } catch (error) {
      this.#counts.delete(topic);
      throw error;
    }
  }

  async range(topic: string, partition: number): Promise<Range> {
    this.#refuseWhenClosed();
    return this.#range(topic, partition);
  }

  async *read(topic: string, partition: number, from: number, to = Infinity): AsyncGenerator<readonly LogRecord[]> {
    this.#refuseWhenClosed();
    yield* readRange(
      { range: () => this.#range(topic, partition), fetch: (at) => this.#fetch(topic, partition, at) },
      from,
      to,
    );
  }

  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    this.#refuseWhenClosed();
    const partitions = await this.#count(subscriber.topic);
    if (this.#closing !== undefined) throw new LogError("closed", "the log is closing");
    const subscription = new KafkaSubscription({
      settings: this.#settings,
      subscriber,
      partitions,
      range: (partition) => this.#range(subscriber.topic, partition),
      stopped: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.add(subscription);
    try {
      await subscription.start();
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw error;
    }
    return subscription;
  }

  async drop(topic: string): Promise<void> {
    this.#refuseWhenClosed();
    await this.#topics.drop(topic);
    this.#counts.delete(topic);
  }

  async check(): Promise<void> {
    this.#refuseWhenClosed();
    // A frozen broker takes connections and answers nothing: readiness must not hang on it.
    const late = (): LogError => new LogError("unavailable", `check: no answer within ${checkMs} ms`);
    await within(checkMs, this.#check(), late);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((one) => one.stop()));
    this.#closed = true;
    await settledWithin(closeMs, Promise.all([...this.#lanes.values()].map((lane) => lane.idle())));
    await Promise.all([this.#producers.close(), this.#clusters.close(), this.#topics.close()]);
  }

  async #check(): Promise<void> {
    await this.#clusters.use("check", async ({ cluster }) => {
      await cluster.refreshMetadata();
      await cluster.findControllerBroker();
    });
    await this.#topics.check();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new LogError("closed", "the log is closed");
  }

  async #count(topic: string, limits?: Limits): Promise<number> {
    const look = ({ cluster }: Connected): Promise<number> => partitionCount(cluster, topic);
    const count = await this.#clusters.use(`look at ${topic}`, look, limits);
    this.#counts.set(topic, count);
    return count;
  }

  #range(topic: string, partition: number): Promise<Range> {
    return this.#clusters.use(`range of ${topic}/${partition}`, ({ cluster }) => rangeOf(cluster, topic, partition));
  }

  async #fetch(topic: string, partition: number, from: number): Promise<readonly LogRecord[]> {
    try {
      const doing = `read ${topic}/${partition}`;
      return await this.#clusters.use(doing, ({ cluster }) => fetchFrom(cluster, topic, partition, from));
    } catch (error) {
      if (error instanceof LogError && error.code === "out-of-range") return [];
      throw error;
    }
  }

  #lane(topic: string, partition: number): Lane {
    const name = `${topic}/${partition}`;
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const { requestTimeoutMs, compression } = this.#settings;
    const send = { acks: -1, timeout: requestTimeoutMs / 2, compression };
    const lane = new Lane(topic, partition, (record) =>
      this.#producers.use(`append to ${name}`, (producer) => producer.send({ ...record, ...send }), {
        patienceMs: failoverMs,
      }),
    );
    this.#lanes.set(name, lane);
    return lane;
  }
}

function connectProducer(settings: Settings): Promise<Producer> {
  const producer = settings.kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    // kafkajs tries again whatever the reason; what deserves patience is decided outside.
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 200 },
  });
  return connected(producer, settings);
}
