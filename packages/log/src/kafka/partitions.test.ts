import type { EachBatchPayload, KafkaMessage } from "kafkajs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Range } from "../log.ts";
import { currentHolds, offsetsOf, reader, type Reader, type ReaderOptions } from "../testing/reader.ts";
import { Partitions } from "./partitions.ts";

const topic = "sanfen.facts";

interface Bench {
  readonly one: Reader;
  readonly partitions: Partitions;
  readonly tap: string[];
  readonly late: unknown[];
  range: Range;
}

const running: Partitions[] = [];

function bench(options: Partial<ReaderOptions> = {}, settings: { graceMs?: number } = {}): Bench {
  const one = reader({ topic, group: "g", ...options });
  const tap: string[] = [];
  const late: unknown[] = [];
  const state = { one, tap, late, range: { start: 0, end: 1_000 } };
  const partitions = new Partitions({
    subscriber: one.subscriber,
    tap: {
      open: (partition, offset) => tap.push(`open ${partition} at ${offset}`),
      shut: (partition) => tap.push(`shut ${partition}`),
    },
    range: () => Promise.resolve(state.range),
    restart: { firstPauseMs: 1, maxPauseMs: 1, maxFailures: 3 },
    random: () => 0,
    heartbeatMs: 5,
    graceMs: settings.graceMs ?? 10_000,
    expelled: () => partitions.loseAll(),
    lateFailure: (_, error) => late.push(error),
  });
  running.push(partitions);
  return Object.assign(state, { partitions });
}

/** Partition 0 taken and loaded. */
async function taken(state: Bench): Promise<void> {
  state.partitions.take([0]);
  await vi.waitFor(() => expect(state.tap.some((line) => line.startsWith("open"))).toBe(true));
}

interface Fetched {
  readonly payload: EachBatchPayload;
  readonly resolved: string[];
  beats: number;
}

/** What kafkajs would hand over: the records of [from, to), out of a log that ends at `end`. */
function fetched(from: number, to: number, extra: { stale?: boolean; end?: number; beat?: () => void } = {}): Fetched {
  const resolved: string[] = [];
  const messages = Array.from(
    { length: to - from },
    (_, index) =>
      ({
        offset: String(from + index),
        timestamp: "0",
        key: Buffer.from("k"),
        value: Buffer.from("v"),
      }) as KafkaMessage,
  );
  const state = { resolved, beats: 0 };
  const payload = {
    batch: {
      topic,
      partition: 0,
      messages,
      highWatermark: String(extra.end ?? 1_000),
      firstOffset: () => messages[0]?.offset ?? null,
      lastOffset: () => messages.at(-1)?.offset ?? String(from),
    },
    resolveOffset: (offset: string) => resolved.push(offset),
    heartbeat: async () => {
      state.beats += 1;
      extra.beat?.();
      return Promise.resolve();
    },
    isStale: () => extra.stale ?? false,
    isRunning: () => true,
  } as unknown as EachBatchPayload;
  return Object.assign(state, { payload });
}

const rebalancing = Object.assign(new Error("rebalancing"), { type: "REBALANCE_IN_PROGRESS" });

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.finish()));
});

describe("what was fetched before a seek", () => {
  it("is refused while the assignment loads, and while the seek is not carried out", async () => {
    const loaded = Promise.withResolvers<number>();
    const state = bench({ begin: () => loaded.promise });
    state.partitions.take([0]);
    await state.partitions.deliver(fetched(0, 10).payload);
    loaded.resolve(5);
    await vi.waitFor(() => expect(state.tap).toEqual(["open 0 at 5"]));
    const stale = fetched(5, 10, { stale: true });
    await state.partitions.deliver(stale.payload);
    expect(state.one.holds[0]!.batches).toEqual([]);
    expect(stale.resolved).toEqual([]);
  });

  it("is cut to what follows on", async () => {
    const state = bench({ begin: () => 5 });
    await taken(state);
    const around = fetched(2, 8);
    await state.partitions.deliver(around.payload);
    expect(offsetsOf(state.one.holds[0]!)).toEqual([5, 6, 7]);
    expect(around.resolved).toEqual(["7"]);
  });

  it("does not take the reader back when all of it is folded", async () => {
    const state = bench({ begin: () => 5 });
    await taken(state);
    const old = fetched(0, 5);
    await state.partitions.deliver(old.payload);
    expect(state.one.holds[0]!.batches).toEqual([]);
    expect(old.resolved).toEqual([]);
    expect(state.tap.at(-1)).toBe("open 0 at 5");
  });
});

describe("the end that comes with a batch", () => {
  it("is never before the batch, though the broker may have noted it before it read on", async () => {
    const state = bench({ begin: () => 0 });
    await taken(state);
    await state.partitions.deliver(fetched(0, 8, { end: 6 }).payload);
    expect(state.one.holds[0]!.batches.map(({ end }) => end)).toEqual([8]);
    expect(state.one.violations).toEqual([]);
  });
});

describe("a batch from beyond the next record", () => {
  it("is refused, and read again from where it must go on, when the log still has the record", async () => {
    const state = bench({ begin: () => 5 });
    await taken(state);
    await state.partitions.deliver(fetched(50, 60).payload);
    expect(state.tap).toEqual(["open 0 at 5", "open 0 at 5"]);
    await state.partitions.deliver(fetched(5, 7).payload);
    expect(offsetsOf(state.one.holds[0]!)).toEqual([5, 6]);
    expect(state.one.failures).toEqual([]);
  });

  it.each<[string, Range, Fetched]>([
    ["retention has dropped it", { start: 50, end: 1_000 }, fetched(50, 60)],
    ["the log was cut", { start: 0, end: 3 }, fetched(0, 3, { end: 3 })],
  ])("stops the assignment with the reason when %s", async (_, range, batch) => {
    const state = bench({ begin: () => 5 });
    await taken(state);
    state.range = range;
    await state.partitions.deliver(batch.payload);
    expect(state.one.holds[0]!.batches).toEqual([]);
    expect(state.one.holds[0]!.assignment.current).toBe(false);
    expect(state.one.failures[0]).toEqual({ error: expect.objectContaining({ code: "out-of-range" }), gaveUp: false });
  });

  it("is a hole, and no chance, when it comes again and again", async () => {
    const state = bench({ begin: () => 5 });
    await taken(state);
    for (let time = 0; time < 4; time += 1) await state.partitions.deliver(fetched(50, 60).payload);
    expect(state.one.failures[0]?.error).toMatchObject({ code: "out-of-range" });
  });
});

describe("an assignment that is no longer current", () => {
  it("gets no further slice, and what it was handling is not resolved", async () => {
    const state = bench({ begin: () => 0, maxRecords: 2, handle: () => state.partitions.loseAll() });
    await taken(state);
    const batch = fetched(0, 6);
    await state.partitions.deliver(batch.payload);
    expect(offsetsOf(state.one.holds[0]!)).toEqual([0, 1]);
    expect(batch.resolved).toEqual([]);
    expect(state.one.positions.size).toBe(0);
  });

  it("may fail late without failing its successor", async () => {
    const release = Promise.withResolvers<void>();
    const state = bench({ begin: () => 0, handle: () => release.promise });
    await taken(state);
    const delivering = state.partitions.deliver(fetched(0, 2).payload);
    await vi.waitFor(() => expect(state.one.holds[0]!.inHand).toBe(1));
    state.partitions.take([0]);
    await delivering;
    release.reject(new Error("too late"));
    await vi.waitFor(() => expect(state.late).toEqual([expect.objectContaining({ message: "too late" })]));
    expect(state.one.failures).toEqual([]);
    expect(currentHolds(state.one)).toHaveLength(1);
  });
});

describe("heartbeats", () => {
  it("go out after every slice, and while a handler is at work", async () => {
    const release = Promise.withResolvers<void>();
    const state = bench({
      begin: () => 0,
      maxRecords: 2,
      handle: (_, { records }) => (records[0]!.offset === 4 ? release.promise : undefined),
    });
    await taken(state);
    const batch = fetched(0, 6);
    const delivering = state.partitions.deliver(batch.payload);
    await vi.waitFor(() => expect(batch.beats).toBeGreaterThan(5));
    expect(batch.resolved).toEqual(["1", "3"]);
    release.resolve();
    await delivering;
    expect(batch.resolved).toEqual(["1", "3", "5"]);
  });

  it("that tell of a rebalance let the handler finish, and then let kafkajs know", async () => {
    const release = Promise.withResolvers<void>();
    const state = bench({ begin: () => 0, maxRecords: 2, handle: () => release.promise });
    await taken(state);
    const batch = fetched(0, 6, {
      beat: () => {
        throw rebalancing;
      },
    });
    const delivering = state.partitions.deliver(batch.payload);
    await vi.waitFor(() => expect(batch.beats).toBeGreaterThan(2));
    expect(currentHolds(state.one)).toHaveLength(1);
    release.resolve();
    await expect(delivering).rejects.toBe(rebalancing);
    expect(batch.resolved).toEqual(["1"]);
    expect(state.one.positions.get(0)).toBe(2);
  });

  it("that tell of a rebalance end the assignment of a handler that does not finish in time", async () => {
    const never = Promise.withResolvers<void>();
    const state = bench({ begin: () => 0, handle: () => never.promise }, { graceMs: 20 });
    await taken(state);
    const batch = fetched(0, 6, {
      beat: () => {
        throw rebalancing;
      },
    });
    await state.partitions.deliver(batch.payload);
    expect(batch.resolved).toEqual([]);
    expect(state.one.holds[0]).toMatchObject({ revoked: true });
    never.resolve();
  });

  it("that the broker refuses end every assignment at once", async () => {
    const never = Promise.withResolvers<void>();
    const state = bench({ begin: () => 0, handle: () => never.promise });
    await taken(state);
    const batch = fetched(0, 6, {
      beat: () => {
        throw Object.assign(new Error("who?"), { type: "UNKNOWN_MEMBER_ID" });
      },
    });
    await state.partitions.deliver(batch.payload);
    expect(currentHolds(state.one)).toEqual([]);
    expect(batch.resolved).toEqual([]);
    never.resolve();
  });
});

describe("a handler that always fails", () => {
  it("is given up after so many failures, and not started by a later join either", async () => {
    const state = bench({
      begin: () => 0,
      handle: () => {
        throw new Error("poison");
      },
    });
    state.partitions.take([0]);
    for (let failures = 1; failures <= 3; failures += 1) {
      await vi.waitFor(() => expect(state.tap.at(-1)).toBe("open 0 at 0"));
      await state.partitions.deliver(fetched(0, 1).payload);
      expect(state.tap.at(-1)).toBe("shut 0");
      expect(state.one.failures.at(-1)).toMatchObject({ gaveUp: failures === 3 });
    }
    state.partitions.take([0]);
    expect(state.one.holds).toHaveLength(3);
    expect(currentHolds(state.one)).toEqual([]);
  });
});
