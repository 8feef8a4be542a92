import { decode, type Control, type Fact } from "@sanfen/events";
import { memoryBroker, type Log } from "@sanfen/log";
import { dayInZone, parseDay, type Day } from "@sanfen/model";
import { readConfig, surroundingsOf, type Platform } from "@sanfen/service";
import { testPlatform } from "@sanfen/service/testing";
import { openMemoryStore } from "@sanfen/store";
import { CONTROL, FACTS, runRelay } from "@sanfen/stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { simulate } from "../simulate/history.ts";
import { planUntil } from "../simulate/plan.ts";
import { jiaxing } from "../testing/site.ts";
import { demoState, holdsSimulated, SIMULATION_ACTOR, wantsDemo } from "./state.ts";
import { DemoHistory } from "./write-history.ts";

const SITE = await jiaxing();
const SIZE = { seed: 3, years: 0.3, enterprises: 1_000 };
const PARTITIONS = 2;

interface Bench {
  readonly platform: Platform;
  /** Moves the clock by whole days. */
  sleep(days: number): void;
}

async function bench(): Promise<Bench> {
  const log = memoryBroker().connect();
  const store = openMemoryStore();
  await log.ensure([
    { topic: FACTS, partitions: PARTITIONS },
    { topic: CONTROL, partitions: 1 },
  ]);
  let slept = 0;
  const platform: Platform = {
    ...testPlatform({ env: { SANFEN_PARTITIONS: String(PARTITIONS) } }),
    site: SITE,
    log,
    store,
    clock: () => Date.now() + slept * 86_400_000,
  };
  const relay = await runRelay({ ...surroundingsOf(platform), store });
  onTestFinished(async () => {
    await relay.stop();
    await log.close();
    await store.close();
  });
  return { platform, sleep: (days) => (slept += days) };
}

/** Writes until so many stretches are told of, and answers the days they ended on. */
async function write({ platform }: Bench, stretches = Infinity): Promise<Day[]> {
  const state = await demoState(platform.log, PARTITIONS);
  if (!state) throw new Error("there is nothing to write");
  const history = await DemoHistory.begin(platform, state, SIZE);
  await history.writeFirst();
  const wish = new AbortController();
  const days: Day[] = [];
  await history.write(wish.signal, ({ day }) => {
    days.push(day);
    if (days.length >= stretches) wish.abort();
  });
  return days;
}

async function read(log: Log): Promise<{ facts: Fact[][]; ticks: Control[] }> {
  const facts: Fact[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    facts.push([]);
    for await (const records of log.read(FACTS, partition, 0)) {
      for (const { value } of records) {
        const event = decode(value);
        if (event.name === "Fact") facts[partition]!.push(event.value);
      }
    }
  }
  const ticks: Control[] = [];
  for await (const records of log.read(CONTROL, 0, 0)) {
    for (const { value } of records) {
      const event = decode(value);
      if (event.name === "Control" && event.value.kind === "tick") ticks.push(event.value);
    }
  }
  return { facts, ticks };
}

function keys(facts: readonly Fact[]): Set<string> {
  return new Set(facts.map(({ subject, id, revision }) => `${subject} ${id}@${revision}`));
}

describe("DemoHistory", () => {
  it("writes every fact of the plan and one tick for every day, from the eve to today", async () => {
    const { platform, ...rest } = await bench();
    await write({ platform, ...rest });
    const today = dayInZone(Date.now(), SITE.zone);
    const plan = planUntil(today, SIZE);
    const { facts, ticks } = await read(platform.log);
    const expected: Fact[] = [];
    for (const day of simulate(SITE, plan)) {
      if (day.day >= plan.present) break;
      expected.push(...day.facts);
    }
    expect(facts.flat().length).toBe(expected.length);
    expect(keys(facts.flat())).toEqual(keys(expected));
    expect(ticks.map(({ day }) => day)).toEqual(
      Array.from({ length: today - plan.from + 2 }, (_, i) => plan.from - 1 + i),
    );
    expect(ticks.every(({ actor }) => actor === SIMULATION_ACTOR)).toBe(true);
  });

  it("has the facts of a day in the log before the day closes, and late ones after it has", async () => {
    const { platform, ...rest } = await bench();
    await write({ platform, ...rest });
    const { from } = planUntil(dayInZone(Date.now(), SITE.zone), SIZE);
    const late: number[] = [];
    const early: Fact[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      let day = -Infinity;
      for await (const records of platform.log.read(FACTS, partition, 0)) {
        for (const { value } of records) {
          const event = decode(value);
          if (event.name === "Control" && event.value.kind === "tick") day = event.value.day;
          if (event.name !== "Fact") continue;
          const { occurredOn, recordedAt } = event.value;
          const arrivedOn = dayInZone(recordedAt, SITE.zone);
          // On time: it may wait for its day, but its day has not closed.
          if (arrivedOn === occurredOn && day > occurredOn) early.push(event.value);
          if (arrivedOn > occurredOn && occurredOn >= from) late.push(day - occurredOn);
        }
      }
    }
    expect(early).toEqual([]);
    // Later than a stretch is long: the day it belongs to has closed.
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter((days) => days <= 0)).toEqual([]);
  });

  it("goes on where it was interrupted, on a later day too, as if it never had been", async () => {
    const [whole, cut] = [await bench(), await bench()];
    await write(whole);
    await write(cut, 2);
    expect(await demoState(cut.platform.log, PARTITIONS)).toMatchObject({ reached: expect.any(Number) as number });
    cut.sleep(2);
    await write(cut, 1);
    await write(cut);
    const [a, b] = [await read(whole.platform.log), await read(cut.platform.log)];
    const until = a.ticks.at(-1)!.day;
    expect(b.ticks.at(-1)!.day).toBe(until + 2);
    expect(b.ticks.slice(0, a.ticks.length).map(({ day }) => day)).toEqual(a.ticks.map(({ day }) => day));
    const before = b.facts.flat().filter(({ recordedAt }) => dayInZone(recordedAt, SITE.zone) < until);
    expect(keys(before)).toEqual(keys(a.facts.flat()));
  });
});

describe("demoState", () => {
  it("is nothing once the clock itself has ticked, and begins on an empty log", async () => {
    const { platform } = await bench();
    expect(await demoState(platform.log, PARTITIONS)).toEqual({ begunOn: null, reached: null });
    expect(await holdsSimulated(platform.log, PARTITIONS)).toBe(false);
    const { appendControl, tick } = await import("@sanfen/stream");
    await appendControl(platform.log, [tick(0, parseDay("2026-01-01")!, "clock")]);
    expect(await demoState(platform.log, PARTITIONS)).toBeUndefined();
  });

  it("is nothing where facts came before any tick: those are real", async () => {
    const { platform } = await bench();
    await platform.log.append(FACTS, 0, [{ key: "x", value: new Uint8Array([1]) }]);
    expect(await demoState(platform.log, PARTITIONS)).toBeUndefined();
  });
});

describe("wantsDemo", () => {
  it.each([
    [{}, true],
    [{ SANFEN_DEMO: "off" }, false],
    [{ SANFEN_LOG: "kafka://b1:9092" }, false],
  ])("with %j: %s", (env, wanted) => {
    const read = readConfig(env);
    if ("problems" in read) throw new Error("the configuration is wrong");
    expect(wantsDemo(read.config, SITE)).toBe(wanted);
    expect(wantsDemo(read.config, { ...SITE, clock: "records" })).toBe(false);
  });
});
