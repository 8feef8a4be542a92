/** Whether an installation wants a simulated demo, and how far one has come. */
import { decode } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import type { Day, Site } from "@sanfen/model";
import type { Config } from "@sanfen/service";
import { CONTROL, FACTS } from "@sanfen/stream";
import { whyNotSimulated } from "../simulate/plan.ts";

/** Who the ticks of a simulated history say they are from. */
export const SIMULATION_ACTOR = "simulation";

/** A demo that is to be written: from its beginning, or from where it was left. */
export interface DemoState {
  /** Day of the first tick, the eve of the history; null when nothing is written yet. */
  readonly begunOn: Day | null;
  /** Day of the last tick. */
  readonly reached: Day | null;
}

interface Tick {
  readonly day: Day;
  readonly actor: string;
}

const PAGE = 200;

/** Whether the configuration asks for a demo that this site can have: embedded only, as the log is then ours alone. */
export function wantsDemo({ demo, log }: Pick<Config, "demo" | "log">, site: Site): boolean {
  return demo === "simulated" && log.kind === "sqlite" && whyNotSimulated(site) === undefined;
}

/**
 * What is left to do of the demo; undefined when there is nothing: the history is whole, or the installation began
 * without one. The last tick tells: the clock's own ticks come only once the simulation's have reached their today.
 */
export async function demoState(log: Log, partitions: number): Promise<DemoState | undefined> {
  const last = await lastTick(log);
  if (last) {
    if (last.actor !== SIMULATION_ACTOR) return undefined;
    return { begunOn: await firstTickDay(log), reached: last.day };
  }
  for (let partition = 0; partition < partitions; partition++) {
    const { start, end } = await log.range(FACTS, partition);
    // No tick and yet facts: real ones, for a simulation ticks before its first fact.
    if (end > start) return undefined;
  }
  return { begunOn: null, reached: null };
}

async function lastTick(log: Log): Promise<Tick | undefined> {
  const { start, end } = await log.range(CONTROL, 0);
  for (let to = end; to > start; to -= PAGE) {
    const tick = (await ticksIn(log, Math.max(start, to - PAGE), to)).at(-1);
    if (tick) return tick;
  }
  return undefined;
}

async function firstTickDay(log: Log): Promise<Day | null> {
  const { start, end } = await log.range(CONTROL, 0);
  for (let from = start; from < end; from += PAGE) {
    const tick = (await ticksIn(log, from, Math.min(end, from + PAGE)))[0];
    if (tick) return tick.day;
  }
  return null;
}

async function ticksIn(log: Log, from: number, to: number): Promise<Tick[]> {
  const ticks: Tick[] = [];
  for await (const records of log.read(CONTROL, 0, from, to)) {
    for (const { value } of records) {
      const event = decode(value);
      if (event.name === "Control" && event.value.kind === "tick") ticks.push(event.value);
    }
  }
  return ticks;
}

/** Whether the facts of the log are simulated: its first one tells, as they are never mixed. */
export async function holdsSimulated(log: Log, partitions: number): Promise<boolean> {
  for (let partition = 0; partition < partitions; partition++) {
    for await (const records of log.read(FACTS, partition, 0)) {
      for (const { value } of records) {
        const event = decode(value);
        if (event.name === "Fact") return event.value.simulated;
      }
    }
  }
  return false;
}
