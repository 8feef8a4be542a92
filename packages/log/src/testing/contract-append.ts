import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../log.ts";
import { count, entries, gate, readAll, textOf, type Bench } from "./bench.ts";
import { reader } from "./reader.ts";

/** Topics, appending, reading ranges, checking and closing. */
export function appendingContract(bench: Bench): void {
  describe("topics", () => {
    it("refuses what names a topic or partition that is not there", async () => {
      const { log } = bench;
      const missing = bench.harness.topic().topic;
      const { topic } = await bench.topic();
      const unknown = expect.objectContaining({ name: "LogError", code: "unknown-topic" });
      await expect(log.partitions(missing)).rejects.toEqual(unknown);
      await expect(log.range(missing, 0)).rejects.toEqual(unknown);
      await expect(log.append(missing, 0, entries("a", 1))).rejects.toEqual(unknown);
      await expect(readAll(log, missing)).rejects.toEqual(unknown);
      await expect(log.append(topic, 1, entries("a", 1))).rejects.toEqual(unknown);
      await expect(log.append(topic, -1, entries("a", 1))).rejects.toEqual(unknown);
      await expect(log.range(topic, 1)).rejects.toEqual(unknown);
      await expect(readAll(log, topic, 1)).rejects.toEqual(unknown);
    });

    it("refuses another number of partitions, and leaves the topic as it was", async () => {
      const spec = await bench.topic({ partitions: 3 });
      await bench.log.append(spec.topic, 2, entries("kept", 1));
      const other = await bench.connect();
      for (const partitions of [2, 4]) {
        await expect(other.ensure([{ ...spec, partitions }])).rejects.toMatchObject({ code: "partitions-changed" });
      }
      expect(await bench.log.partitions(spec.topic)).toBe(3);
      expect(await bench.log.range(spec.topic, 2)).toEqual({ start: 0, end: 1 });
    });

    it("creates what is missing beside what is there", async () => {
      const first = await bench.topic({ partitions: 2 });
      const second = bench.harness.topic({ partitions: 5 });
      await bench.log.append(first.topic, 1, entries("kept", 2));
      await bench.log.ensure([first, second]);
      expect(await bench.log.partitions(first.topic)).toBe(2);
      expect(await bench.log.partitions(second.topic)).toBe(5);
      expect(await bench.log.range(first.topic, 1)).toEqual({ start: 0, end: 2 });
      expect(await bench.log.range(second.topic, 4)).toEqual({ start: 0, end: 0 });
    });

    it("starts a dropped topic again from 0, with any number of partitions", async () => {
      const spec = await bench.topic({ partitions: 2 });
      await bench.log.append(spec.topic, 1, entries("old", 3));
      await bench.log.drop(spec.topic);
      await bench.log.drop(spec.topic);
      await bench.log.ensure([{ ...spec, partitions: 3 }]);
      expect(await bench.log.range(spec.topic, 1)).toEqual({ start: 0, end: 0 });
      expect(await bench.log.append(spec.topic, 1, entries("new", 2))).toEqual([0, 1]);
      expect((await readAll(bench.log, spec.topic, 1)).map(textOf)).toEqual(["new-0", "new-1"]);
    });
  });

  describe("appending", () => {
    it("answers one offset for each entry, counted per partition from 0", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      expect(await bench.log.append(topic, 0, entries("a", 3))).toEqual([0, 1, 2]);
      expect(await bench.log.append(topic, 1, entries("b", 2))).toEqual([0, 1]);
      expect(await bench.log.append(topic, 0, entries("c", 1))).toEqual([3]);
      expect(await bench.log.append(topic, 0, [])).toEqual([]);
      expect(await bench.log.range(topic, 0)).toEqual({ start: 0, end: 4 });
    });

    it("keeps lists whole and in order under appenders of several clients", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      const clients = [bench.log, await bench.connect()];
      const appended = await Promise.all(
        count(0, 16).map(async (appender) => {
          const lists: { readonly label: string; readonly offsets: readonly number[] }[] = [];
          for (const round of count(0, 5)) {
            const label = `${appender}/${round}`;
            const log = clients[appender % clients.length]!;
            lists.push({ label, offsets: await log.append(topic, appender % 4 < 2 ? 0 : 1, entries(label, 7)) });
          }
          return { partition: appender % 4 < 2 ? 0 : 1, lists };
        }),
      );
      for (const partition of [0, 1]) {
        const records = await readAll(bench.log, topic, partition);
        expect(records.map((record) => record.offset)).toEqual(count(0, 8 * 5 * 7));
        for (const { lists } of appended.filter((one) => one.partition === partition)) {
          expect(lists.map((list) => list.offsets[0]!)).toEqual(
            lists.map((list) => list.offsets[0]!).sort((a, b) => a - b),
          );
          for (const { label, offsets } of lists) {
            expect(offsets).toEqual(count(offsets[0]!, offsets[0]! + 7));
            expect(offsets.map((offset) => textOf(records[offset]!))).toEqual(count(0, 7).map((i) => `${label}-${i}`));
          }
        }
      }
    });

    it("gives back keys, values and headers as they were, to every client", async () => {
      const { topic } = await bench.topic();
      const given: Entry[] = [
        { key: "", value: new Uint8Array() },
        {
          key: "嘉兴市/3304",
          value: Uint8Array.from(count(0, 256)),
          headers: { traceparent: "00-ab-cd-01", 名: "值", e: "" },
        },
        { key: "k\u0000k", value: new Uint8Array(100_000).fill(7), headers: {} },
        { key: "view", value: new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4) },
      ];
      const before = Date.now();
      await bench.log.append(topic, 0, given);
      const records = await readAll(await bench.connect(), topic);
      expect(records.map((record) => record.key)).toEqual(given.map((entry) => entry.key));
      expect(records.map((record) => Buffer.from(record.value).equals(given[record.offset]!.value))).toEqual(
        given.map(() => true),
      );
      expect(records.map((record) => ({ ...record.headers }))).toEqual(given.map((entry) => entry.headers ?? {}));
      for (const record of records) expect(Math.abs(record.appendedAt - before)).toBeLessThan(600_000);
    });
  });

  describe("reading", () => {
    it("reads [from, to), as far as it is there", async () => {
      const { topic } = await bench.topic();
      await bench.log.append(topic, 0, entries("r", 10));
      const offsets = async (from: number, to?: number): Promise<number[]> =>
        (await readAll(bench.log, topic, 0, from, to)).map((record) => record.offset);
      expect(await offsets(0)).toEqual(count(0, 10));
      expect(await offsets(3, 7)).toEqual([3, 4, 5, 6]);
      expect(await offsets(8, 99)).toEqual([8, 9]);
      expect(await offsets(4, 4)).toEqual([]);
      expect(await offsets(10)).toEqual([]);
      expect(await offsets(50)).toEqual([]);
    });

    it("reads a long partition in order, and ends at the end as of the call", async () => {
      const { topic } = await bench.topic();
      for (const part of count(0, 3)) await bench.log.append(topic, 0, entries(`p${part}`, 1_500));
      const seen: number[] = [];
      let more = true;
      for await (const chunk of bench.log.read(topic, 0, 0)) {
        expect(chunk.length).toBeGreaterThan(0);
        if (more) await bench.log.append(topic, 0, entries("late", 10));
        more = false;
        seen.push(...chunk.map((record) => record.offset));
      }
      expect(seen).toEqual(count(0, 4_500));
    });
  });

  describe("life", () => {
    it("answers a check while it can be used", async () => {
      await expect(bench.log.check()).resolves.toBeUndefined();
    });

    it("takes, while it closes, what the batch in hand appends", async () => {
      const { topic } = await bench.topic({ partitions: 2 });
      await bench.log.append(topic, 0, entries("in", 1));
      const log = await bench.connect();
      const closing = gate();
      const one = reader({
        topic,
        group: `g-${topic}`,
        handle: async ({ assignment }) => {
          if (assignment.partition !== 0) return;
          await closing.opened;
          await log.append(topic, 1, entries("out", 1));
        },
      });
      await log.subscribe(one.subscriber);
      await vi.waitFor(() => expect(one.holds.some(({ inHand }) => inHand === 1)).toBe(true), bench.patience);
      const closed = log.close();
      closing.open();
      await closed;
      expect(one.positions.get(0)).toBe(1);
      expect(await bench.log.range(topic, 1)).toEqual({ start: 0, end: 1 });
      expect([...one.failures, ...one.violations]).toEqual([]);
    });

    it("refuses everything once closed, and closes twice without harm", async () => {
      const spec = await bench.topic();
      const log = await bench.harness.connect();
      await log.close();
      await log.close();
      const closed = expect.objectContaining({ name: "LogError", code: "closed" });
      await expect(log.check()).rejects.toEqual(closed);
      await expect(log.ensure([spec])).rejects.toEqual(closed);
      await expect(log.partitions(spec.topic)).rejects.toEqual(closed);
      await expect(log.append(spec.topic, 0, entries("a", 1))).rejects.toEqual(closed);
      await expect(log.range(spec.topic, 0)).rejects.toEqual(closed);
      await expect(readAll(log, spec.topic)).rejects.toEqual(closed);
      await expect(log.drop(spec.topic)).rejects.toEqual(closed);
      const idle = { group: null, topic: spec.topic, assigned: async () => 0, batch: async () => {}, failed: () => {} };
      await expect(log.subscribe(idle)).rejects.toEqual(closed);
      expect(await bench.log.range(spec.topic, 0)).toEqual({ start: 0, end: 0 });
    });
  });
}
