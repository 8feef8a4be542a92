import { describe, expect, it } from "vitest";
import { topicConfig } from "./topics.ts";

function settings(retentionMs: number | undefined, brokers: number): Record<string, string> {
  const spec = { topic: "t", partitions: 12, ...(retentionMs === undefined ? {} : { retentionMs }) };
  const { replicationFactor, configEntries } = topicConfig(spec, brokers);
  return {
    replicas: String(replicationFactor),
    ...Object.fromEntries(configEntries!.map(({ name, value }) => [name, value])),
  };
}

describe("a topic is created", () => {
  it.each<[number, string, string]>([
    [1, "1", "1"],
    [2, "2", "1"],
    [3, "3", "2"],
    [9, "3", "2"],
  ])("on %i brokers with %s replicas, %s of them in sync for an acknowledgement", (brokers, replicas, inSync) => {
    expect(settings(undefined, brokers)).toMatchObject({ replicas, "min.insync.replicas": inSync });
  });

  it("to keep records for ever, or as long as it says, and drops none for being many", () => {
    expect(settings(undefined, 1)).toMatchObject({ "retention.ms": "-1", "retention.bytes": "-1" });
    expect(settings(604_800_000, 1)).toMatchObject({ "retention.ms": "604800000", "cleanup.policy": "delete" });
  });
});
