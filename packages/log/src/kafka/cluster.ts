import { type Cluster, type Consumer, PartitionAssigners } from "kafkajs";
import { LogError, type LogRecord, type Range } from "../log.ts";
import { connected } from "./connect.ts";
import type { Settings } from "./options.ts";
import { toRecord } from "./records.ts";

/** A connected view of the cluster, and what ends it. */
export interface Connected {
  readonly cluster: Cluster;
  readonly consumer: Consumer;
}

/**
 * Connects without joining a group. kafkajs hands the cluster only to a consumer's partition assigner, so this is a
 * consumer that never runs.
 */
export async function connectCluster(settings: Settings): Promise<Connected> {
  let cluster: Cluster | undefined;
  const consumer = settings.kafka.consumer({
    groupId: "none",
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        cluster = config.cluster;
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  await connected(consumer, settings);
  if (cluster === undefined) throw new LogError("unavailable", "kafkajs made a consumer without a cluster");
  return { cluster, consumer };
}

/** Number of partitions, as a broker has it now. Throws when the topic is not there. */
export async function partitionCount(cluster: Cluster, topic: string): Promise<number> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadata();
  return cluster.findTopicPartitionMetadata(topic).length;
}

export async function rangeOf(cluster: Cluster, topic: string, partition: number): Promise<Range> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const partitions = [{ partition }];
  const [starts, ends] = await Promise.all([
    cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]),
    cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]),
  ]);
  const start = starts[0]?.partitions[0]?.offset;
  const end = ends[0]?.partitions[0]?.offset;
  if (start === undefined || end === undefined) throw unknownPartition(topic, partition);
  return { start: Number(start), end: Number(end) };
}

export function unknownPartition(topic: string, partition: number): LogError {
  return new LogError("unknown-topic", `no partition ${topic}/${partition}`);
}

/** What kafkajs answers to a fetch of one partition; its own types leave that open. */
interface Fetched {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: Parameters<typeof toRecord>[0][] }[];
  }[];
}

/** Some records from the offset on, as the leader hands them out; the first may lie below it, in a batch around it. */
export async function fetchFrom(
  cluster: Cluster,
  topic: string,
  partition: number,
  from: number,
): Promise<readonly LogRecord[]> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw unknownPartition(topic, partition);
  const broker = await cluster.findBroker({ nodeId });
  const fetched = (await broker.fetch({
    isolationLevel: 0,
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: 8 * 1_048_576,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: 2 * 1_048_576 }] }],
  })) as Fetched;
  return fetched.responses.flatMap(({ partitions }) => partitions.flatMap(({ messages }) => messages.map(toRecord)));
}
