import { encode, type Command } from "@sanfen/events";
import { LogError, memoryBroker, type Log } from "@sanfen/log";
import { startMachines, type Platform, type Running } from "@sanfen/service";
import { openMemoryStore } from "@sanfen/store";
import { COMMANDS, FACTS, TASK_ROWS } from "@sanfen/stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { carryOutPending, startEffects } from "./effects.ts";
import { TASK_STATE_ROWS } from "./fold.ts";
import { taskMachine } from "./index.ts";
import { act, cause, TASK_ID } from "./testing/commands.ts";
import { appendCommands, eventsIn, platformOver, withMember } from "./testing/serve.ts";

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

const REPORTED = [cause(), act("a", "accept", null), act("f", "feedback", "a")];

async function folding(platform: Platform): Promise<Running> {
  const machines = await startMachines(platform, [taskMachine]);
  running.push(machines);
  return machines;
}

async function until(platform: Platform, pending: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await platform.store.query(TASK_STATE_ROWS, { equal: { pending }, limit: 10 });
    expect(rows).toHaveLength(1);
  }, 5_000);
}

/** The log of a process that dies when it is about to say that the fact is written. */
function dyingBeforeDone(log: Log): Log {
  return withMember(log, "append", async (topic, partition, entries) => {
    if (topic === COMMANDS) throw new LogError("unavailable", "died");
    return log.append(topic, partition, entries);
  });
}

test("a report becomes a fact once, however often the rows are looked at", async () => {
  const platform = await platformOver();
  await folding(platform);
  await appendCommands(platform.log, ...REPORTED);
  await until(platform, 1);
  await carryOutPending(platform);
  await carryOutPending(platform);
  await until(platform, 0);
  await carryOutPending(platform);
  expect(await eventsIn(platform.log, FACTS, "Fact")).toHaveLength(1);
  expect(await eventsIn(platform.log, COMMANDS, "Command")).toHaveLength(REPORTED.length + 1);
});

describe("a crash between fact and done", () => {
  test("is made good by whoever comes after, with the same fact to the byte", async () => {
    const platform = await platformOver();
    await folding(platform);
    await appendCommands(platform.log, ...REPORTED);
    await until(platform, 1);
    await expect(carryOutPending({ ...platform, log: dyingBeforeDone(platform.log) })).rejects.toThrow("died");
    await until(platform, 1);
    await carryOutPending(platform);
    await until(platform, 0);
    const facts = await eventsIn(platform.log, FACTS, "Fact");
    expect(facts).toHaveLength(2);
    expect(encode("Fact", facts[0]!)).toEqual(encode("Fact", facts[1]!));
    expect(facts[0]).toMatchObject({ id: "f", revision: 1 });
  });

  test("is tried again by the same process, which says so meanwhile", async () => {
    const platform = await platformOver();
    await folding(platform);
    await appendCommands(platform.log, ...REPORTED);
    await until(platform, 1);
    let dead = true;
    const log = withMember(platform.log, "append", (...given) =>
      (dead ? dyingBeforeDone(platform.log) : platform.log).append(...given),
    );
    const effects = startEffects({ ...platform, log });
    await vi.waitFor(() => expect(effects.failure()).toBe("died"), 5_000);
    dead = false;
    await until(platform, 0);
    await vi.waitFor(() => expect(effects.failure()).toBeNull(), 5_000);
    await effects.stop();
  });
});

test("several at once write the same fact", async () => {
  const platform = await platformOver();
  await folding(platform);
  await appendCommands(platform.log, ...REPORTED);
  await until(platform, 1);
  await Promise.all([carryOutPending(platform), carryOutPending(platform), carryOutPending(platform)]);
  await until(platform, 0);
  const facts = await eventsIn(platform.log, FACTS, "Fact");
  expect(new Set(facts.map((fact) => Buffer.from(encode("Fact", fact)).toString("hex"))).size).toBe(1);
});

describe("a replay", () => {
  test("comes to the same task and runs no effect", async () => {
    const log = memoryBroker().connect();
    const first = await platformOver({ log });
    const machines = await folding(first);
    const again = act("x", "accept", null);
    await appendCommands(log, ...REPORTED, again, cause());
    await until(first, 1);
    await carryOutPending(first);
    await until(first, 0);
    await appendCommands(log, act("z", "close", "f"));
    await vi.waitFor(async () => expect((await taskIn(first))?.state).toBe("closed"), 5_000);
    await machines.stop();
    const commands = await eventsIn(log, COMMANDS, "Command");

    const second = await platformOver({ log, store: openMemoryStore() });
    const effects = startEffects(second);
    // What the fold has stored half-way through the replay, with the effect wanted and not yet done.
    await folding(second);
    await vi.waitFor(async () => expect((await taskIn(second))?.state).toBe("closed"), 5_000);
    await effects.stop();
    expect({ ...(await taskIn(second)), version: null }).toEqual({ ...(await taskIn(first)), version: null });
    expect(await eventsIn(log, FACTS, "Fact")).toHaveLength(1);
    expect(await eventsIn(log, COMMANDS, "Command")).toEqual(commands);
  });

  test("half-way through leaves alone what looks pending", async () => {
    const platform = await platformOver();
    await folding(platform);
    await appendCommands(platform.log, ...REPORTED);
    await until(platform, 1);
    await running.pop()!.stop();
    // The fold stands at the feedback; further on the log says that it was done.
    await appendCommands(platform.log, doneElsewhere());
    let now = 0;
    await carryOutPending({ ...platform, clock: () => (now += 3_000) });
    expect(await eventsIn(platform.log, FACTS, "Fact")).toEqual([]);
  });

  test("after a new log, rows of the old one ask for nothing", async () => {
    const old = await platformOver();
    const machines = await folding(old);
    await appendCommands(old.log, ...REPORTED, act("x", "accept", null), act("y", "accept", null));
    await until(old, 1);
    await machines.stop();
    const young = await platformOver({ store: old.store });
    await carryOutPending(young);
    expect(await eventsIn(young.log, FACTS, "Fact")).toEqual([]);
    await folding(young);
    await appendCommands(young.log, cause({ id: "c7", object: "task:777777777777777777777777", cause: "other" }));
    await vi.waitFor(async () => {
      const rows = await young.store.get(TASK_ROWS, ["task:777777777777777777777777"]);
      expect(rows.size).toBe(1);
    }, 5_000);
    await carryOutPending(young);
    expect(await eventsIn(young.log, FACTS, "Fact")).toEqual([]);
  });
});

async function taskIn({ store }: Platform): Promise<{ state: string } | undefined> {
  return (await store.get(TASK_ROWS, [TASK_ID])).get(TASK_ID)?.doc;
}

function doneElsewhere(): Command {
  return { ...act("fact:f", "close", null), kind: "done" };
}
