import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { count, entries, gate, type Bench } from "./bench.ts";
import { currentHolds, offsetsOf, reader, type Hold, type Reader } from "./reader.ts";

/** Several members: sharing, handing over, crashing. */
export function groupContract(bench: Bench): void {
  describe("a group", () => {
    it("starts again after a crash from what was stored, not from what was delivered", async () => {
      const { topic } = await bench.topic();
      const group = `g-${topic}`;
      await bench.log.append(topic, 0, entries("r", 20));
      const positions = new Map<number, number>();
      const never = gate();
      const doomed = reader({
        topic,
        group,
        positions,
        maxRecords: 5,
        handle: (_, batch) => (batch.records[0]!.offset === 5 ? never.opened : undefined),
      });
      const client = await bench.connect();
      await bench.subscribe(doomed, client);
      await vi.waitFor(() => expect(doomed.holds[0]?.batches).toHaveLength(2), bench.patience);
      await bench.crash(client);
      const heir = reader({ topic, group, positions, maxRecords: 5 });
      await bench.subscribe(heir, await bench.connect());
      await vi.waitFor(() => expect(positions.get(0)).toBe(20), bench.patience);
      expect(heir.holds.at(-1)!.from).toBe(5);
      expect(heir.holds.flatMap(offsetsOf)).toEqual(count(5, 20));
    });

    it("shares the partitions while records flow, and each record is handled by who then holds it", async () => {
      const partitions = 4;
      const { topic } = await bench.topic({ partitions });
      const positions = new Map<number, number>();
      const handled = new Map<number, Set<number>>(count(0, partitions).map((partition) => [partition, new Set()]));
      const member = (): Reader =>
        reader({
          topic,
          group: `g-${topic}`,
          positions,
          maxRecords: 7,
          handle: async ({ assignment }, batch) => {
            await bench.log.range(topic, assignment.partition);
            if (!assignment.current) return;
            for (const { offset } of batch.records) handled.get(assignment.partition)!.add(offset);
          },
        });
      const first = member();
      const second = member();
      const flow = new AbortController();
      const appended = (async () => {
        let rounds = 0;
        for (; !flow.signal.aborted || rounds < 10; rounds += 1) {
          // Paced, so that the members keep up however fast the log is.
          await pause(5);
          await Promise.all(count(0, partitions).map((one) => bench.log.append(topic, one, entries("r", 10))));
        }
        return rounds * 10;
      })();
      try {
        await bench.subscribe(first, await bench.connect());
        await vi.waitFor(() => expect(currentHolds(first)).toHaveLength(partitions), bench.patience);
        await vi.waitFor(() => expect(positions.size).toBe(partitions), bench.patience);
        const joined = await bench.subscribe(second, await bench.connect());
        await vi.waitFor(() => expect(shares(first, second)).toEqual([2, 2]), bench.patience);
        await vi.waitFor(() => expect(second.holds.some((hold) => hold.batches.length > 0)).toBe(true), bench.patience);
        await joined.stop();
        await vi.waitFor(() => expect(shares(first, second)).toEqual([partitions, 0]), bench.patience);
      } finally {
        flow.abort();
      }
      const total = await appended;
      await vi.waitFor(
        () => expect([...positions.values()]).toEqual(count(0, partitions).map(() => total)),
        bench.patience,
      );
      for (const offsets of handled.values()) expect([...offsets].sort((a, b) => a - b)).toEqual(count(0, total));
      expect([...first.failures, ...second.failures]).toEqual([]);
    });

    it("ends the old hold before the next owner starts", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      const group = `g-${topic}`;
      await bench.log.append(topic, 0, entries("r", 3));
      await bench.log.append(topic, 1, entries("r", 3));
      const first = reader({ topic, group });
      await bench.subscribe(first, await bench.connect());
      await vi.waitFor(() => expect(currentHolds(first)).toHaveLength(2), bench.patience);
      const early: Hold[] = [];
      const second = reader({
        topic,
        group,
        begin: ({ partition }) => {
          early.push(...currentHolds(first).filter((hold) => hold.assignment.partition === partition));
          return 0;
        },
      });
      await bench.subscribe(second, await bench.connect());
      await vi.waitFor(() => expect(shares(first, second)).toEqual([1, 1]), bench.patience);
      await vi.waitFor(() => expect(currentHolds(second)[0]!.batches).toHaveLength(1), bench.patience);
      const [taken] = currentHolds(second);
      const lost = first.holds.filter((hold) => hold.assignment.partition === taken!.assignment.partition);
      for (const { assignment, revoked } of lost) {
        expect(assignment.current).toBe(false);
        expect(assignment.signal.aborted).toBe(true);
        expect(revoked).toBe(true);
      }
      if (bench.harness.exclusiveHandover ?? true) expect(early).toEqual([]);
    });

    it("leaves a member beyond the partitions idle until one is free", async () => {
      const { topic } = await bench.topic();
      const group = `g-${topic}`;
      const members = [reader({ topic, group }), reader({ topic, group })];
      const subscriptions = [await bench.subscribe(members[0]!, await bench.connect())];
      await vi.waitFor(() => expect(currentHolds(...members)).toHaveLength(1), bench.patience);
      subscriptions.push(await bench.subscribe(members[1]!, await bench.connect()));
      await vi.waitFor(() => expect(currentHolds(...members)).toHaveLength(1), bench.patience);
      const holder = members[0]!.holds.some((hold) => hold.assignment.current) ? 0 : 1;
      await subscriptions[holder]!.stop();
      await vi.waitFor(() => expect(currentHolds(members[1 - holder]!)).toHaveLength(1), bench.patience);
      await bench.log.append(topic, 0, entries("r", 2));
      await vi.waitFor(() => expect(members[1 - holder]!.positions.get(0)).toBe(2), bench.patience);
    });

    it("leaves other groups, and those of no group, everything to read", async () => {
      const { topic } = await bench.topic({ partitions: 3 });
      const groups = [`a-${topic}`, `b-${topic}`, null, null];
      const readers = groups.map((group) => reader({ topic, group }));
      for (const one of readers) await bench.subscribe(one);
      for (const partition of count(0, 3)) await bench.log.append(topic, partition, entries("r", 5));
      for (const one of readers) {
        await vi.waitFor(() => expect(totalOf(one)).toBe(15), bench.patience);
        expect(currentHolds(one)).toHaveLength(3);
      }
    });
  });
}

function shares(...readers: readonly Reader[]): number[] {
  return readers.map((one) => currentHolds(one).length);
}

function totalOf(one: Reader): number {
  return one.holds.flatMap(offsetsOf).length;
}
