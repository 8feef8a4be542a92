import { describe, expect, it, vi } from "vitest";
import { defaultRestart } from "../restart.ts";
import { count, entries, gate, type Bench } from "./bench.ts";
import { currentHolds, offsetsOf, reader } from "./reader.ts";

/** One subscriber: where it begins, what it is handed, how it stops and how it fails. */
export function subscriptionContract(bench: Bench): void {
  describe("a subscription", () => {
    it("is refused for a topic that is not there", async () => {
      const nobody = reader({ topic: bench.harness.topic().topic, group: null });
      await expect(bench.subscribe(nobody)).rejects.toMatchObject({ code: "unknown-topic" });
    });

    it("begins where `assigned` says: at the start, in the middle, at the end", async () => {
      const { topic } = await bench.topic({ partitions: 3 });
      for (const partition of count(0, 3)) await bench.log.append(topic, partition, entries("r", 10));
      const begins = [0, 4, 10];
      const one = reader({ topic, group: `g-${topic}`, begin: ({ partition }) => begins[partition]! });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.holds.filter((hold) => hold.from !== null)).toHaveLength(3), bench.patience);
      for (const partition of count(0, 3)) await bench.log.append(topic, partition, entries("live", 2));
      await vi.waitFor(() => expect([...one.positions.values()]).toEqual([12, 12, 12]), bench.patience);
      for (const hold of one.holds) expect(offsetsOf(hold)).toEqual(count(begins[hold.assignment.partition]!, 12));
    });

    it("waits for a slow `assigned` and for each batch before it hands the next", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 9));
      const loaded = gate();
      const handled = gate();
      const slow = reader({
        topic,
        group: null,
        maxRecords: 4,
        begin: () => loaded.opened.then(() => 0),
        handle: () => handled.opened,
      });
      await bench.subscribe(slow);
      await vi.waitFor(() => expect(slow.holds).toHaveLength(1), bench.patience);
      loaded.open();
      await vi.waitFor(() => expect(slow.holds[0]?.batches).toHaveLength(1), bench.patience);
      handled.open();
      await vi.waitFor(() => expect(offsetsOf(slow.holds[0]!)).toEqual(count(0, 9)), bench.patience);
    });

    it("says with each batch where the partition ends", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 10));
      const one = reader({ topic, group: null, maxRecords: 3 });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.positions.get(0)).toBe(10), bench.patience);
      expect(new Set(one.holds[0]!.batches.map((batch) => batch.end))).toEqual(new Set([10]));
      await bench.log.append(topic, 0, entries("more", 1));
      await vi.waitFor(() => expect(one.holds[0]!.batches.at(-1)!.end).toBe(11), bench.patience);
    });

    it("finishes the batch in hand before it stops, then gives up what it held", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 6));
      const finish = gate();
      const one = reader({ topic, group: `g-${topic}`, maxRecords: 3, handle: () => finish.opened });
      const subscription = await bench.subscribe(one);
      await vi.waitFor(() => expect(one.holds[0]?.inHand).toBe(1), bench.patience);
      let stopped = false;
      const stopping = subscription.stop().then(() => (stopped = true));
      await bench.log.range(topic, 0);
      expect(stopped).toBe(false);
      finish.open();
      await stopping;
      expect(one.positions.get(0)).toBe(3);
      expect(one.holds[0]).toMatchObject({ revoked: true, inHand: 0 });
      expect(one.holds[0]!.assignment.signal.aborted).toBe(true);
      await bench.log.append(topic, 0, entries("after", 1));
      await subscription.stop();
      expect(one.holds[0]!.batches).toHaveLength(1);
    });

    it("shows from outside how far a group has come", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      const group = `g-${topic}`;
      await bench.log.append(topic, 1, entries("r", 10));
      const one = reader({ topic, group, maxRecords: 4 });
      const subscription = await bench.subscribe(one);
      await vi.waitFor(() => expect(one.positions.get(1)).toBe(10), bench.patience);
      expect(await bench.harness.reported(group, topic, 1)).toBeUndefined();
      const hold = one.holds.find(({ assignment }) => assignment.partition === 1)!;
      subscription.report(hold.assignment, 7);
      await vi.waitFor(async () => expect(await bench.harness.reported(group, topic, 1)).toBe(7), bench.patience);
      const { end } = await bench.log.range(topic, 1);
      expect(end - 7).toBe(3);
    });

    it("does not begin at what was reported", async () => {
      const { topic } = await bench.topic();
      const group = `g-${topic}`;
      await bench.log.append(topic, 0, entries("r", 5));
      const first = reader({ topic, group });
      const subscription = await bench.subscribe(first);
      await vi.waitFor(() => expect(first.positions.get(0)).toBe(5), bench.patience);
      subscription.report(first.holds[0]!.assignment, 5);
      await vi.waitFor(async () => expect(await bench.harness.reported(group, topic, 0)).toBe(5), bench.patience);
      await subscription.stop();
      const second = reader({ topic, group, positions: new Map([[0, 2]]) });
      await bench.subscribe(second);
      await vi.waitFor(() => expect(second.holds.flatMap(offsetsOf)).toEqual([2, 3, 4]), bench.patience);
    });
  });

  describe("a failing subscriber", () => {
    it("is told, and started anew from `assigned` with another assignment", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 6));
      const failing = new Set([3]);
      const one = reader({
        topic,
        group: `g-${topic}`,
        maxRecords: 3,
        handle: (_, batch) => {
          if (failing.delete(batch.records[0]!.offset)) throw new Error("the store is away");
        },
      });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.positions.get(0)).toBe(6), bench.patience);
      expect(one.failures).toEqual([
        { error: expect.objectContaining({ message: "the store is away" }), gaveUp: false },
      ]);
      expect(one.holds.map(offsetsOf)).toEqual([count(0, 6), count(3, 6)]);
      expect(one.holds.map((hold) => hold.from)).toEqual([0, 3]);
      expect(one.holds.map((hold) => hold.assignment.current)).toEqual([false, true]);
      expect(one.holds[0]!.revoked).toBe(true);
    });

    it("is told when `assigned` itself fails", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 2));
      let calls = 0;
      const one = reader({
        topic,
        group: null,
        begin: () => {
          calls += 1;
          if (calls < 3) throw new Error(`cannot load (${calls})`);
          return 0;
        },
      });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.positions.get(0)).toBe(2), bench.patience);
      expect(one.failures.map(({ error }) => error.message)).toEqual(["cannot load (1)", "cannot load (2)"]);
    });

    it("is given up after so many failures in a row, while its other partitions go on", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      for (const partition of [0, 1]) await bench.log.append(topic, partition, entries("r", 2));
      const one = reader({
        topic,
        group: `g-${topic}`,
        handle: ({ assignment }) => {
          if (assignment.partition === 0) throw new Error("poison");
        },
      });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.failures.at(-1)?.gaveUp).toBe(true), bench.patience);
      expect(one.failures.map(({ gaveUp }) => gaveUp)).toEqual(
        count(1, defaultRestart.maxFailures + 1).map((failure) => failure === defaultRestart.maxFailures),
      );
      for (const partition of [0, 1]) await bench.log.append(topic, partition, entries("more", 2));
      await vi.waitFor(() => expect(one.positions.get(1)).toBe(4), bench.patience);
      expect(one.failures).toHaveLength(defaultRestart.maxFailures);
      expect(currentHolds(one).map((hold) => hold.assignment.partition)).toEqual([1]);
    });

    it("is not given up while it makes progress in between", async () => {
      const { topic } = await bench.topic();
      const records = defaultRestart.maxFailures + 2;
      await bench.log.append(topic, 0, entries("r", records));
      const failed = new Set<number>();
      const one = reader({
        topic,
        group: null,
        maxRecords: 1,
        handle: (_, batch) => {
          const { offset } = batch.records[0]!;
          if (failed.has(offset)) return;
          failed.add(offset);
          throw new Error("once each");
        },
      });
      await bench.subscribe(one);
      await vi.waitFor(() => expect(one.positions.get(0)).toBe(records), bench.patience);
      expect(one.failures.map(({ gaveUp }) => gaveUp)).toEqual(count(0, records).map(() => false));
    });
  });
}
