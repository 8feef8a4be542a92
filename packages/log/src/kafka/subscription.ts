import { randomUUID } from "node:crypto";
import { type Consumer, type PartitionAssigner, PartitionAssigners } from "kafkajs";
import type { Assignment, Range, Subscriber, Subscription } from "../log.ts";
import { pauseAfter } from "../restart.ts";
import { connected } from "./connect.ts";
import { asLogError, protocolType } from "./errors.ts";
import { quickRetry, type Settings } from "./options.ts";
import { Partitions } from "./partitions.ts";
import { settledWithin } from "./within.ts";

export interface SubscriptionOptions {
  readonly settings: Settings;
  readonly subscriber: Subscriber;
  /** How many partitions the topic has. */
  readonly partitions: number;
  readonly range: (partition: number) => Promise<Range>;
  /** Called once, when the subscription has stopped. */
  readonly stopped: () => void;
}

/** How long a fetch waits for records at the broker, in ms; also how soon a partition just opened is asked for. */
const maxWaitMs = 200;
const reportEveryMs = 500;
/** How long a stop waits for brokers that do not answer; the group then learns by the end of the session. */
const leaveMs = 10_000;

/** The group's coordinator is starting up, or another broker is taking over from it: no failure unless it goes on. */
const coordinatorMoves: ReadonlySet<string> = new Set([
  "GROUP_LOAD_IN_PROGRESS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR_FOR_GROUP",
]);

/** One member of a group. kafkajs moves the bytes and speaks with the group; what a partition does is `Partitions`'. */
export class KafkaSubscription implements Subscription {
  readonly #options: SubscriptionOptions;
  readonly #group: string;
  readonly #partitions: Partitions;
  readonly #all: readonly number[];
  readonly #reports = new Map<number, number>();
  #consumer: Consumer | undefined;
  /** The consumer while it is a member or becoming one; kafkajs throws at who pauses or seeks one that is not. */
  #flowing: Consumer | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Partitions of the newest join. */
  #assigned: readonly number[] = [];
  #lapsed = false;
  #lease: NodeJS.Timeout | undefined;
  #reporting: NodeJS.Timeout | undefined;
  #reconnecting: NodeJS.Timeout | undefined;
  /** Connections lost in a row without a heartbeat in between. */
  #losses = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: SubscriptionOptions) {
    const { settings, subscriber, partitions, range } = options;
    this.#options = options;
    this.#group = subscriber.group ?? `${settings.clientId}-${randomUUID()}`;
    this.#all = Array.from({ length: partitions }, (_, partition) => partition);
    this.#partitions = new Partitions({
      subscriber,
      range,
      restart: settings.restart,
      random: settings.random,
      heartbeatMs: settings.heartbeatMs,
      graceMs: settings.rebalanceTimeoutMs / 2,
      tap: {
        open: (partition, offset) => {
          const { topic } = subscriber;
          this.#flowing?.seek({ topic, partition, offset: String(offset) });
          this.#flowing?.resume([{ topic, partitions: [partition] }]);
        },
        shut: (partition) => this.#shut([partition]),
      },
      expelled: () => this.#partitions.loseAll(),
      lateFailure: (partition, error) =>
        settings.logger("debug", "a handler failed after its assignment had ended", { partition, error }),
    });
  }

  /** Connects and joins. Throws LogError when no broker can be reached. */
  async start(): Promise<void> {
    const { settings, subscriber } = this.#options;
    const { topic } = subscriber;
    const consumer = settings.kafka.consumer({
      groupId: this.#group,
      partitionAssigners: [this.#assigner()],
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatMs,
      maxWaitTimeInMs: Math.min(maxWaitMs, settings.heartbeatMs),
      allowAutoTopicCreation: false,
      // kafkajs would start a crashed consumer again for ever, and call it healthy: here that is counted.
      retry: { ...quickRetry, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#consumer = consumer;
    const { GROUP_JOIN, HEARTBEAT, STOP, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (consumer === this.#consumer) this.#joined(payload.memberAssignment[topic] ?? []);
    });
    consumer.on(HEARTBEAT, () => {
      if (consumer === this.#consumer) this.#beaten();
    });
    consumer.on(STOP, () => {
      if (consumer !== this.#consumer) return;
      this.#flowing = undefined;
      this.#partitions.loseAll();
    });
    consumer.on(CRASH, ({ payload }) => {
      if (consumer === this.#consumer) this.#disconnected(payload.error);
    });
    try {
      await connected(consumer, settings);
      await consumer.subscribe({ topics: [topic] });
    } catch (error) {
      this.#consumer = undefined;
      consumer.disconnect().catch(settings.notEnded);
      throw asLogError(error, `subscribe to ${topic}`);
    }
    if (this.#stopping !== undefined) return consumer.disconnect();
    const run = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#all.length,
      eachBatch: (payload) => this.#partitions.deliver(payload),
    });
    this.#running = run.catch((error: unknown) => this.#disconnected(error));
  }

  report(assignment: Assignment, offset: number): void {
    if (this.#options.subscriber.group === null || !assignment.current) return;
    this.#reports.set(assignment.partition, offset);
    this.#reporting ??= setTimeout(() => void this.#commit(), reportEveryMs);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#reconnecting);
    await this.#partitions.finish();
    clearTimeout(this.#lease);
    await settledWithin(leaveMs, this.#leave());
    clearTimeout(this.#reporting);
    this.#consumer = undefined;
    this.#options.stopped();
  }

  async #leave(): Promise<void> {
    const consumer = this.#consumer;
    // A member that goes while it is still joining is waited for by the others until its session ends.
    await this.#running;
    await this.#commit();
    try {
      await consumer?.disconnect();
    } catch (error) {
      this.#options.settings.notEnded(error);
    }
  }

  /**
   * Round robin; and, since kafkajs asks an assigner for its protocol just before each request to join and has no
   * other word of a rebalance that always comes, the place where all partitions are given up: no other member can
   * have one before this request is out.
   */
  #assigner(): PartitionAssigner {
    return (config) => {
      const assigner = PartitionAssigners.roundRobin(config);
      return {
        ...assigner,
        protocol: (subscription) => {
          this.#partitions.loseAll();
          this.#reports.clear();
          this.#flowing = this.#consumer;
          this.#shut(this.#all);
          return assigner.protocol(subscription);
        },
      };
    };
  }

  #joined(partitions: readonly number[]): void {
    this.#assigned = partitions;
    this.#lapsed = false;
    this.#shut(this.#all);
    this.#renewLease();
    this.#partitions.take(partitions);
  }

  #beaten(): void {
    this.#losses = 0;
    this.#renewLease();
    if (!this.#lapsed) return;
    // The broker was away for a session, and nobody else has taken the partitions: start them anew.
    this.#lapsed = false;
    this.#shut(this.#all);
    this.#partitions.take(this.#assigned);
  }

  /** Without an answer for most of a session the broker may hand the partitions on: they end here before that. */
  #renewLease(): void {
    clearTimeout(this.#lease);
    if (this.#stopping !== undefined) return;
    this.#lease = setTimeout(() => {
      this.#lapsed = true;
      this.#partitions.loseAll();
    }, this.#options.settings.sessionTimeoutMs * 0.8);
  }

  #shut(partitions: readonly number[]): void {
    this.#flowing?.pause([{ topic: this.#options.subscriber.topic, partitions: [...partitions] }]);
  }

  /** The connection is gone, or could not be made again. */
  #disconnected(error: unknown): void {
    if (this.#stopping !== undefined) return;
    const { settings, subscriber } = this.#options;
    this.#consumer = undefined;
    this.#flowing = undefined;
    clearTimeout(this.#lease);
    this.#partitions.loseAll();
    this.#losses += 1;
    const pauseMs = pauseAfter(this.#losses, settings.restart, settings.random);
    if (pauseMs !== null) this.#reconnecting = setTimeout(() => void this.#reconnect(), pauseMs);
    const moving = coordinatorMoves.has(protocolType(error) ?? "");
    if (moving && this.#losses === 1)
      settings.logger("info", "the group's coordinator is moving", { group: this.#group });
    else subscriber.failed(asLogError(error, `read ${subscriber.topic}`), pauseMs === null);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      this.#disconnected(error);
    }
  }

  /** Positions only report lag: one that does not arrive is followed by the next. */
  async #commit(): Promise<void> {
    clearTimeout(this.#reporting);
    this.#reporting = undefined;
    const { subscriber, settings } = this.#options;
    const offsets = [...this.#reports].map(([partition, offset]) => ({
      topic: subscriber.topic,
      partition,
      offset: String(offset),
    }));
    this.#reports.clear();
    if (offsets.length === 0 || this.#consumer === undefined) return;
    try {
      await this.#consumer.commitOffsets(offsets);
    } catch (error) {
      settings.logger("info", "positions were not reported", { group: this.#group, error });
    }
  }
}
