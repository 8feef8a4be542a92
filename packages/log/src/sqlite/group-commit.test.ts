import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LogError, type Entry } from "../log.ts";
import { count, entries } from "../testing/bench.ts";
import { manualTiming, type ManualTiming } from "../testing/manual-timing.ts";
import { GroupCommit } from "./group-commit.ts";

interface Desk {
  readonly timing: ManualTiming;
  readonly writer: GroupCommit<string>;
  /** One list of texts for each transaction. */
  readonly transactions: string[][];
  readonly told: string[][];
  refuse: LogError | null;
}

function desk(): Desk {
  const timing = manualTiming();
  const ends = new Map<string, number>();
  const opened: Omit<Desk, "writer"> = { timing, transactions: [], told: [], refuse: null };
  const writer = new GroupCommit<string>({
    commit: (portions) => {
      if (at.refuse !== null) throw at.refuse;
      const written: string[] = [];
      const firsts = portions.map(({ list, from, to }) => {
        const first = ends.get(list.partition) ?? 0;
        ends.set(list.partition, first + to - from);
        written.push(...list.entries.slice(from, to).map((entry) => `${list.partition}:${textOf(entry)}`));
        return first;
      });
      at.transactions.push(written);
      return firsts;
    },
    committed: (partitions) => at.told.push([...partitions]),
    defer: (task) => timing.defer(task),
  });
  const at: Desk = Object.assign(opened, { writer });
  return at;
}

function textOf({ value }: Entry): string {
  return new TextDecoder().decode(value);
}

it("writes what one turn appended in one transaction, and tells of it before it answers", async () => {
  const at = desk();
  const order: string[] = [];
  const answers = ["p", "q", "p"].map((partition, i) =>
    at.writer.append(partition, entries(`l${i}`, 2)).then((offsets) => {
      order.push(`answer ${i} after ${at.told.length}`);
      return offsets;
    }),
  );
  expect(at.transactions).toEqual([]);
  await at.timing.settle();
  expect(await Promise.all(answers)).toEqual([
    [0, 1],
    [0, 1],
    [2, 3],
  ]);
  expect(at.transactions).toEqual([["p:l0-0", "p:l0-1", "q:l1-0", "q:l1-1", "p:l2-0", "p:l2-1"]]);
  expect(at.told).toEqual([["p", "q"]]);
  expect(order).toEqual(["answer 0 after 1", "answer 1 after 1", "answer 2 after 1"]);
});

it("cuts what is too long for one transaction, and keeps lists whole and in order all the same", () => {
  return fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 2_300 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
      const at = desk();
      const answers = sizes.map((size, i) => at.writer.append("p", entries(`l${i}`, size)));
      await at.timing.settle();
      const offsets = (await Promise.all(answers)).flat();
      expect(offsets).toEqual(count(0, offsets.length));
      const written = at.transactions.flat();
      expect(written).toEqual(sizes.flatMap((size, i) => count(0, size).map((n) => `p:l${i}-${n}`)));
      for (const transaction of at.transactions) expect(transaction.length).toBeLessThanOrEqual(1_000);
    }),
    { numRuns: 25 },
  );
});

it("refuses all of a transaction that fails, and goes on with the next", async () => {
  const at = desk();
  at.refuse = new LogError("full", "the disk is full");
  const failed = Promise.allSettled([
    at.writer.append("p", entries("a", 700)),
    at.writer.append("q", entries("b", 700)),
  ]);
  at.timing.turn();
  expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  at.refuse = null;
  const answer = at.writer.append("p", entries("c", 1));
  await at.timing.settle();
  expect(await answer).toEqual([0]);
  expect(at.transactions).toEqual([["p:c-0"]]);
});

it("refuses what waits for a partition that is gone, and only that", async () => {
  const at = desk();
  const gone = at.writer.append("p", entries("a", 1));
  const kept = at.writer.append("q", entries("b", 1));
  at.writer.refuse((partition) => partition === "p", new LogError("unknown-topic", "dropped"));
  await expect(gone).rejects.toMatchObject({ code: "unknown-topic" });
  await at.timing.settle();
  expect(await kept).toEqual([0]);
});

it("refuses appends beyond the bytes it may hold, until some are written", async () => {
  const at = desk();
  const large = [{ key: "k", value: new Uint8Array(100_000_000) }];
  const first = at.writer.append("p", large);
  await expect(at.writer.append("p", large)).rejects.toMatchObject({ code: "unavailable" });
  await at.timing.settle();
  await first;
  const second = at.writer.append("p", large);
  at.writer.drain();
  expect(await second).toEqual([1]);
});
