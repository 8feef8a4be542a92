import * as fc from "fast-check";
import { expect, it } from "vitest";
import { murmur2, partitionOf } from "./partition.ts";

it.each([
  ["21", -973932308],
  ["abc", 479470107],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
])("hashes %j as Kafka's own tests do", (text, hash) => {
  expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
});

it("gives every key one partition that exists", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 100 }), (key, partitions) => {
      const partition = partitionOf(key, partitions);
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      expect(partitionOf(key, partitions)).toBe(partition);
    }),
  );
});
