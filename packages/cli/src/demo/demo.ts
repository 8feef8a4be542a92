/** The simulated demo in a process that runs all services: prepared before they start, written while they serve. */
import { dayInZone, formatDay } from "@sanfen/model";
import type { Platform, Server } from "@sanfen/service";
import { FACTS, TALLIES, topicSpecs } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { showProgress } from "../progress.ts";
import { FULL_SIZE, planUntil, type Size } from "../simulate/plan.ts";
import type { Terminal } from "../terminal.ts";
import { keepAlive } from "./live.ts";
import { demoState, holdsSimulated, wantsDemo } from "./state.ts";
import { DemoHistory, recordsBehind } from "./write-history.ts";

const LOOK_MS = 100;

export interface Demo {
  /** Writes what is left, waits until it is in the colours shown, tells so, then keeps facts coming until aborted. */
  run(server: Server, terminal: Terminal, whole: () => void): Promise<void>;
}

/** Smaller demos are for tests. */
export function demoSize(env: Terminal["env"]): Size {
  const years = Number(env["SANFEN_TEST_DEMO_YEARS"] || FULL_SIZE.years);
  const enterprises = Number(env["SANFEN_TEST_DEMO_ENTERPRISES"] || FULL_SIZE.enterprises);
  return { ...FULL_SIZE, years, enterprises };
}

/**
 * Looks whether this installation has or wants a demo, and writes its beginning, so that the services see at once what
 * they hold. Undefined where there is none.
 */
export async function prepareDemo(platform: Platform, size: Size): Promise<Demo | undefined> {
  const { config, site, log, clock } = platform;
  if (!wantsDemo(config, site)) return undefined;
  await log.ensure(topicSpecs(config.partitions));
  const state = await demoState(log, config.partitions);
  if (!state) {
    if (!(await holdsSimulated(log, config.partitions))) return undefined;
    const plan = planUntil(dayInZone(clock(), site.zone), size);
    return {
      run: async (server, { signal }, whole) => {
        whole();
        await keepAlive(server, platform, plan, signal);
      },
    };
  }
  const history = await DemoHistory.begin(platform, state, size);
  await history.writeFirst();
  return {
    run: async (server, terminal, whole) => {
      await write(history, platform, terminal);
      if (terminal.signal.aborted) return;
      whole();
      await keepAlive(server, platform, history.plan, terminal.signal);
    },
  };
}

async function write(history: DemoHistory, platform: Platform, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  const begun = performance.now();
  const { from, present } = history.plan;
  const progress = showProgress(terminal, { zh: "创建模拟演示", en: "Creating the simulated demo" }, present - from);
  let written = 0;
  try {
    await history.write(signal, ({ day, facts }) => {
      written = facts;
      progress.update(day - from + 1, present - from, formatDay(day));
    });
    while (!signal.aborted) {
      const behind =
        (await recordsBehind(platform, "scorer", FACTS)) +
        (await recordsBehind(platform, "region-aggregator", TALLIES));
      if (behind === 0) break;
      await pause(LOOK_MS);
    }
  } finally {
    progress.stop();
  }
  if (signal.aborted) {
    terminal.note({
      zh: "演示尚未建完，下次启动时继续",
      en: "the demo is not finished; the next start goes on with it",
    });
    return;
  }
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  terminal.note({
    zh: `演示已就绪：此次写入 ${written} 条模拟事实，用时 ${seconds} 秒`,
    en: `the demo is ready: ${written} simulated facts written by this start, in ${seconds} s`,
  });
}
