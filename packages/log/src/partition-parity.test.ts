import { createRequire } from "node:module";
import { partitionOf } from "@sanfen/model";
import * as fc from "fast-check";
import { Partitioners, type PartitionerArgs } from "kafkajs";
import { expect, it } from "vitest";

// What kafkajs ships of the hash has no types; its partitioner has, and both are compared.
const hashOfClient = createRequire(import.meta.url)("kafkajs/src/producer/partitioners/default/murmur2.js") as (
  key: string,
) => number;

it("places every key where Kafka's client does", () => {
  const place = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      const theirs = place({
        topic: "t",
        partitionMetadata: layoutOf(partitions),
        message: { key, value: null },
      });
      expect(partitionOf(key, partitions)).toBe(theirs);
      expect(partitionOf(key, partitions)).toBe((hashOfClient(key) & 0x7fffffff) % partitions);
    }),
    { numRuns: 2_000 },
  );
});

/** A topic's partitions, all led by one broker. */
function layoutOf(partitions: number): PartitionerArgs["partitionMetadata"] {
  return Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
}
