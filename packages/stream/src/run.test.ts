import { setImmediate as nextTurn } from "node:timers/promises";
import { encode, decode } from "@sanfen/events";
import { LogError, memoryBroker, type Log } from "@sanfen/log";
import { openMemoryStore, StoreError, type MemoryData, type Store } from "@sanfen/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MachineKind } from "./machine.ts";
import type { Surroundings } from "./member.ts";
import type { Observer } from "./observer.ts";
import { positionId, POSITIONS } from "./positions.ts";
import { GRADE_ROWS } from "./published.ts";
import { run, type Run } from "./run.ts";
import { failingMachine, toyMachine } from "./testing/toy-machine.ts";
import { toyFact, toyScheme, toyTick } from "./testing/toy.ts";
import { DEAD_LETTERS, FACTS, GRADES, topicSpecs } from "./topics.ts";

const ID = positionId("toy", FACTS, 0);
const fact = (subject: string, bad: boolean, revision = 1): Uint8Array =>
  encode("Fact", toyFact({ subject, id: `x${subject}`, revision, bad, from: 1, until: 9 }));

/** A thread takes its time to start, more so where many tests run. */
const WAIT = { timeout: 20_000 };

const open: Run[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()));
});

async function newLog(): Promise<Log> {
  const log = memoryBroker().connect();
  await log.ensure(topicSpecs(1));
  const controls = [toyScheme(0), toyTick(1, 1)].map((control) => ({
    key: "control",
    value: encode("Control", control),
  }));
  await log.append(FACTS, 0, controls);
  return log;
}

interface More extends Partial<Surroundings> {
  readonly machine?: MachineKind;
}

/** How many threads the tests at hand allow. */
let threads = 0;

const nothing = (): void => undefined;

function observing(failed: (error: Error) => void = nothing): Observer {
  return {
    folded: nothing,
    dead: nothing,
    lag: nothing,
    flushed: nothing,
    sent: nothing,
    live: nothing,
    waiting: nothing,
    failed: (_, error) => failed(error),
  };
}

/** Notes what failed. */
const telling = (failed: string[]): Pick<Surroundings, "observer"> => ({
  observer: observing(({ message }) => failed.push(message)),
});

async function start(log: Log, store: Store, { machine = toyMachine, ...more }: More = {}): Promise<Run> {
  const around = {
    log,
    store,
    layout: { partitionsOf: () => 1 },
    observer: observing(),
    clock: () => Date.now(),
    flushMs: 5,
    maxDirtyRows: 100,
    ...more,
  };
  const started = await run(machine, around, { maxRecords: 10, threads });
  open.push(started);
  return started;
}

/** The log, with something before each append of grades: it is given their keys. */
function appending(log: Log, before: (keys: string[]) => Promise<void> | void): Log {
  return new Proxy(log, {
    get: (inner, name) => {
      const member: unknown = Reflect.get(inner, name, inner);
      if (name !== "append") return typeof member === "function" ? member.bind(inner) : member;
      return async (...[topic, partition, entries]: Parameters<Log["append"]>) => {
        if (topic === GRADES) await before(entries.map(({ key }) => key));
        return inner.append(topic, partition, entries);
      };
    },
  });
}

/** The store, with something before each put: it is given the collection's name and the rows' ids. */
function putting(inner: Store, before: (name: string, ids: string[]) => void): Store {
  return {
    ...inner,
    ensure: (collections) => inner.ensure(collections),
    get: (collection, ids) => inner.get(collection, ids),
    scan: (collection, partition) => inner.scan(collection, partition),
    put: (collection, rows) => {
      before(
        collection.name,
        rows.map(({ id }) => id),
      );
      return inner.put(collection, rows);
    },
  };
}

const put = (log: Log, key: string, value: Uint8Array): Promise<unknown> => log.append(FACTS, 0, [{ key, value }]);
const offsetOf = async (store: Store): Promise<number> => (await store.get(POSITIONS, [ID])).get(ID)?.doc.offset ?? 0;
const failuresOf = async (store: Store, key: string): Promise<number | undefined> =>
  (await store.get(GRADE_ROWS, [key])).get(key)?.doc.failures;

describe.each([
  { where: "this thread", allowed: 0 },
  { where: "a thread of its own", allowed: 1 },
])("a fold at work in $where", ({ allowed }) => {
  beforeEach(() => {
    threads = allowed;
  });

  it("stores rows, then the position, without being asked", async () => {
    const log = await newLog();
    const store = openMemoryStore();
    await start(log, store);
    await put(log, "a", fact("a", true));
    await vi.waitFor(async () => expect(await offsetOf(store)).toBe(3), WAIT);
    expect(await failuresOf(store, "a")).toBe(1);
  });

  it("puts a bad record aside, with a pointer, and goes on", async () => {
    const log = await newLog();
    const store = openMemoryStore();
    await start(log, store);
    await put(log, "a", new Uint8Array([1, 2, 3]));
    await put(
      log,
      "a",
      encode("Fact", { ...toyFact({ subject: "a", id: "y", revision: 1, bad: true, from: 1, until: 9 }) }),
    );
    await vi.waitFor(async () => expect(await failuresOf(store, "a")).toBe(1), WAIT);
    const letters = [];
    for await (const records of log.read(DEAD_LETTERS, 0, 0))
      letters.push(...records.map(({ value }) => decode(value)));
    expect(letters).toMatchObject([
      { name: "DeadLetter", value: { topic: FACTS, partition: 0, offset: 2, consumer: "toy", reason: "too-short" } },
    ]);
  });

  it("waits for a store that is away, says so, and loses nothing", async () => {
    const log = await newLog();
    const inner = openMemoryStore();
    let away = true;
    const store: Store = {
      ...inner,
      ensure: (collections) => inner.ensure(collections),
      get: (collection, ids) => inner.get(collection, ids),
      scan: (collection, partition) => inner.scan(collection, partition),
      put: (collection, rows) =>
        away && collection.name !== "positions"
          ? Promise.reject(new StoreError("unavailable", "away"))
          : inner.put(collection, rows),
    };
    const fold = await start(log, store);
    await put(log, "a", fact("a", true));
    await vi.waitFor(() => expect(fold.readiness().join()).toContain("away"), WAIT);
    expect(await offsetOf(inner)).toBe(0);
    away = false;
    await vi.waitFor(async () => expect(await offsetOf(inner)).toBe(3), WAIT);
    expect(fold.readiness()).toEqual([]);
  });

  it("takes up where it stopped", async () => {
    const log = await newLog();
    const data: MemoryData = new Map();
    const first = await start(log, openMemoryStore(data));
    await put(log, "a", fact("a", true));
    await first.stop();
    await put(log, "b", fact("b", true));
    const store = openMemoryStore(data);
    await start(log, store);
    await vi.waitFor(async () => expect(await failuresOf(store, "b")).toBe(1), WAIT);
    expect(await failuresOf(store, "a")).toBe(1);
  });

  it("rebuilds, in a new epoch, where the log is younger than the store", async () => {
    const data: MemoryData = new Map();
    const old = await newLog();
    const first = await start(old, openMemoryStore(data));
    for (const key of ["a", "b", "c"]) await put(old, key, fact(key, true));
    await vi.waitFor(async () => expect(await offsetOf(openMemoryStore(data))).toBe(5), WAIT);
    await first.stop();
    const store = openMemoryStore(data);
    const before = (await store.get(POSITIONS, [ID])).get(ID)!;
    const log = await newLog();
    await put(log, "a", fact("a", false, 2));
    await start(log, store);
    await vi.waitFor(async () => expect(await failuresOf(store, "a")).toBe(0), WAIT);
    await vi.waitFor(async () => expect(await offsetOf(store)).toBe(3), WAIT);
    expect((await store.get(POSITIONS, [ID])).get(ID)!.version.epoch).toBeGreaterThan(before.version.epoch);
  });

  it("refuses to go on behind what the log still keeps, and says what mends it", async () => {
    const log = await newLog();
    const behind: Log = new Proxy(log, {
      get: (inner, name) => {
        if (name === "range") return async () => ({ start: 2, end: 2 });
        const member: unknown = Reflect.get(inner, name, inner);
        return typeof member === "function" ? member.bind(inner) : member;
      },
    });
    const fold = await start(behind, openMemoryStore());
    await vi.waitFor(() => expect(fold.readiness().join()).toContain("sanfen replay"), WAIT);
  });
  it("takes up many rows where it stopped, more than cross at a time", async () => {
    const log = await newLog();
    const data: MemoryData = new Map();
    const keys = Array.from({ length: 4_100 }, (_, i) => `k${i}`);
    await log.append(
      FACTS,
      0,
      keys.map((key) => ({ key, value: fact(key, true) })),
    );
    let folded = 0;
    const observer: Observer = { ...observing(), folded: (_, records) => (folded += records) };
    const late = { flushMs: 60_000, maxDirtyRows: 1_000_000, observer };
    const first = await start(log, openMemoryStore(data), late);
    await vi.waitFor(() => expect(folded).toBe(2 + keys.length), WAIT);
    // Nothing is stored before the stop: all of it crosses at once.
    expect(await offsetOf(openMemoryStore(data))).toBe(0);
    await first.stop();
    const store = openMemoryStore(data);
    expect(await offsetOf(store)).toBe(2 + keys.length);
    expect((await store.get(GRADE_ROWS, keys)).size).toBe(keys.length);
    const page = await store.query(GRADE_ROWS, { equal: { gone: 0, region: "r" }, limit: 1_000 });
    expect(page.rows).toHaveLength(1_000);
    await start(log, store);
    await put(log, "k7", fact("k7", false, 2));
    await vi.waitFor(async () => expect(await failuresOf(store, "k7")).toBe(0), WAIT);
  });

  it("stores no row before what was said of it is in the log, however many batches are folded by then", async () => {
    const log = await newLog();
    const inner = openMemoryStore();
    const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
    const said: string[] = [];
    const early: string[] = [];
    const slow = appending(log, async (appended) => {
      for (let turn = 0; turn < 50; turn += 1) await nextTurn();
      said.push(...appended);
    });
    const store = putting(inner, (name, ids) => {
      if (name === GRADE_ROWS.name) early.push(...ids.filter((id) => !said.includes(id)));
    });
    await log.append(
      FACTS,
      0,
      keys.map((key) => ({ key, value: fact(key, true) })),
    );
    await start(slow, store, { maxDirtyRows: 1 });
    await vi.waitFor(async () => expect(await offsetOf(inner)).toBe(2 + keys.length), WAIT);
    expect(early).toEqual([]);
    expect(said).toEqual(keys);
  });

  it("begins anew when the log finally refuses what the last record says", async () => {
    const log = await newLog();
    const store = openMemoryStore();
    const failed: string[] = [];
    const refusing = appending(log, () => {
      if (failed.length === 0) throw new LogError("out-of-range", "refused");
    });
    await start(refusing, store, telling(failed));
    await put(log, "a", fact("a", true));
    await vi.waitFor(async () => expect(await offsetOf(store)).toBe(3), WAIT);
    expect(failed).toEqual(["refused"]);
  });

  it("begins anew from what is stored when the fold throws, and says so", async () => {
    const log = await newLog();
    const store = openMemoryStore();
    const failed: string[] = [];
    const fold = await start(log, store, { machine: failingMachine, ...telling(failed) });
    await put(log, "a", fact("a", true));
    await vi.waitFor(async () => expect(await offsetOf(store)).toBe(3), WAIT);
    await put(log, "throws", fact("throws", true));
    await vi.waitFor(() => expect(failed.length).toBeGreaterThan(1), WAIT);
    expect(failed[0]).toBe("the fold threw");
    expect(fold.readiness().join()).toContain("the fold threw");
    expect(await offsetOf(store)).toBe(3);
  });
});

describe("a fold in a thread of its own", () => {
  beforeEach(() => {
    threads = 1;
  });

  it("begins anew when its thread ends", async () => {
    const log = await newLog();
    const store = openMemoryStore();
    const failed: string[] = [];
    await start(log, store, { machine: failingMachine, ...telling(failed) });
    await put(log, "exits", fact("exits", true));
    await vi.waitFor(() => expect(failed.length).toBeGreaterThan(1), WAIT);
    expect(failed[0]).toBe("the thread of toy ended");
    expect(await offsetOf(store)).toBe(0);
  });

  it("fails where its module does not export the machine", async () => {
    const failed: string[] = [];
    const machine = { ...toyMachine, module: { ...toyMachine.module!, export: "nothing" } };
    await start(await newLog(), openMemoryStore(), { machine, ...telling(failed) });
    await vi.waitFor(() => expect(failed[0]).toContain("exports no nothing"), WAIT);
  });
});
