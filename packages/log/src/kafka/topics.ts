import { setTimeout as pause } from "node:timers/promises";
import type { Admin, ITopicConfig } from "kafkajs";
import { LogError, type TopicSpec } from "../log.ts";
import { connected } from "./connect.ts";
import { protocolType } from "./errors.ts";
import type { Settings } from "./options.ts";
import { type Limits, Renewed } from "./renewed.ts";

const settleMs = 10_000;
const pollMs = 25;

/** Creating, deleting and looking after topics. */
export class Topics {
  readonly #admins: Renewed<Admin>;
  readonly #count: (topic: string, limits?: Limits) => Promise<number>;
  readonly #ensured = new Set<string>();

  /** `count` answers a topic's number of partitions, or throws LogError `unknown-topic`. */
  constructor(settings: Settings, count: (topic: string, limits?: Limits) => Promise<number>) {
    this.#admins = new Renewed({
      make: () => connected(settings.kafka.admin(), settings),
      end: (admin) => admin.disconnect(),
      notEnded: settings.notEnded,
    });
    this.#count = count;
  }

  async ensure(topics: readonly TopicSpec[]): Promise<void> {
    const there = await Promise.all(topics.map(({ topic }) => this.#existing(topic)));
    const missing = topics.filter((_, index) => there[index] === undefined);
    if (missing.length > 0) await this.#create(missing);
    for (const { topic, partitions } of topics) {
      const count = await this.#count(topic);
      if (count !== partitions) {
        throw new LogError("partitions-changed", `topic ${topic} has ${count} partitions, not ${partitions}`);
      }
      this.#ensured.add(topic);
    }
  }

  async drop(topic: string): Promise<void> {
    this.#ensured.delete(topic);
    if ((await this.#existing(topic)) === undefined) return;
    await this.#admins.use(`drop ${topic}`, async (admin) => {
      try {
        await admin.deleteTopics({ topics: [topic] });
      } catch (error) {
        // Somebody else was faster, or an earlier try of this one.
        if (protocolType(error) !== "UNKNOWN_TOPIC_OR_PARTITION") throw error;
      }
    });
    await this.#until(`drop ${topic}`, async () => (await this.#existing(topic)) === undefined);
  }

  /** Throws LogError `unavailable` when an ensured topic has a partition that nobody leads. */
  async check(): Promise<void> {
    const topics = [...this.#ensured];
    if (topics.length === 0) return;
    const metadata = await this.#admins.use("check", (admin) => admin.fetchTopicMetadata({ topics }));
    for (const { name, partitions } of metadata.topics) {
      const headless = partitions.find(({ leader }) => leader < 0);
      if (headless !== undefined) {
        throw new LogError("unavailable", `no broker leads ${name}/${headless.partitionId}`);
      }
    }
  }

  async close(): Promise<void> {
    await this.#admins.close();
  }

  async #create(specs: readonly TopicSpec[]): Promise<void> {
    await this.#admins.use(`create ${specs.map(({ topic }) => topic).join(", ")}`, async (admin) => {
      const { brokers } = await admin.describeCluster();
      await admin.createTopics({
        topics: specs.map((spec) => topicConfig(spec, brokers.length)),
        waitForLeaders: false,
        timeout: settleMs,
      });
    });
    for (const { topic } of specs) {
      await this.#until(`create ${topic}`, async () => (await this.#existing(topic)) !== undefined);
    }
  }

  async #existing(topic: string): Promise<number | undefined> {
    try {
      return await this.#count(topic, { attempts: 1 });
    } catch (error) {
      if (error instanceof LogError && error.code === "unknown-topic") return undefined;
      throw error;
    }
  }

  /** What the controller has decided reaches the other brokers a moment later. */
  async #until(doing: string, reached: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + settleMs;
    while (!(await reached())) {
      if (performance.now() > deadline) throw new LogError("unavailable", `${doing}: not done within ${settleMs} ms`);
      await pause(pollMs);
    }
  }
}

/**
 * How a topic is created on so many brokers: three replicas where there are as many, and then no append is
 * acknowledged by fewer than two; times by the broker's clock; nothing ever goes but by age.
 */
export function topicConfig(spec: TopicSpec, brokers: number): ITopicConfig {
  const replicationFactor = Math.min(3, brokers);
  const entries = {
    "cleanup.policy": "delete",
    "retention.ms": String(spec.retentionMs ?? -1),
    "retention.bytes": "-1",
    "message.timestamp.type": "LogAppendTime",
    "min.insync.replicas": replicationFactor >= 3 ? "2" : "1",
    "unclean.leader.election.enable": "false",
  };
  return {
    topic: spec.topic,
    numPartitions: spec.partitions,
    replicationFactor,
    configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
  };
}
