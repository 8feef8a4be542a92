import { describe, expect, it, vi } from "vitest";
import { count, entries, readAll, type Bench } from "./bench.ts";
import { offsetsOf, reader } from "./reader.ts";

/** What is older than a topic's retention vanishes, and offsets do not start over. */
export function retentionContract(bench: Bench): void {
  describe("retention", () => {
    it("drops what is older, moves the start, and goes on counting", async () => {
      const spec = await bench.topic({ retentionMs: 1_000 });
      const { topic } = spec;
      await bench.log.append(topic, 0, entries("old", 5));
      await bench.harness.expire(spec);
      expect(await bench.log.range(topic, 0)).toEqual({ start: 5, end: 5 });
      expect(await readAll(bench.log, topic)).toEqual([]);
      expect(await bench.log.append(topic, 0, entries("new", 2))).toEqual([5, 6]);
      expect((await readAll(bench.log, topic)).map((record) => record.offset)).toEqual([5, 6]);
    });

    it("keeps for ever what has no retention", async () => {
      const kept = await bench.topic();
      const short = await bench.topic({ retentionMs: 1_000 });
      await bench.log.append(kept.topic, 0, entries("kept", 3));
      await bench.log.append(short.topic, 0, entries("old", 3));
      await bench.harness.expire(short);
      expect(await bench.log.range(kept.topic, 0)).toEqual({ start: 0, end: 3 });
    });

    it("reports a beginning below the start, then takes one that is kept", async () => {
      const spec = await bench.topic({ retentionMs: 1_000 });
      await bench.log.append(spec.topic, 0, entries("old", 5));
      await bench.harness.expire(spec);
      const beginnings = [2, 5];
      const late = reader({ topic: spec.topic, group: null, begin: () => beginnings.shift() ?? 5 });
      await bench.subscribe(late);
      await vi.waitFor(() => expect(late.holds.length).toBe(2), bench.patience);
      await bench.log.append(spec.topic, 0, entries("new", 1));
      await vi.waitFor(() => expect(late.holds.flatMap(offsetsOf)).toEqual([5]), bench.patience);
      expect(late.failures).toEqual([{ error: expect.objectContaining({ code: "out-of-range" }), gaveUp: false }]);
    });

    it("reports a beginning beyond the end, and does not skip to it", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 4));
      const beginnings = [9, 0];
      const ahead = reader({ topic, group: `g-${topic}`, begin: () => beginnings.shift() ?? 0 });
      await bench.subscribe(ahead);
      await vi.waitFor(() => expect(ahead.holds.flatMap(offsetsOf)).toEqual(count(0, 4)), bench.patience);
      expect(ahead.failures).toEqual([{ error: expect.objectContaining({ code: "out-of-range" }), gaveUp: false }]);
      expect(ahead.holds.map((hold) => hold.from)).toEqual([9, 0]);
    });
  });
}
