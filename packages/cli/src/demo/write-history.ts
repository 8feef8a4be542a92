/**
 * Writes a simulated history straight into the log, as if the years had been lived through.
 *
 * A day closes at the tick of the next one, so the facts of a day are durable before that tick is appended; earlier
 * they may come, for they wait for their day. What arrives late has to come after the ticks of its own day have been
 * copied to the facts: so each stretch of days waits until the ticks of the one before are through the relay. A stretch
 * is shorter than anything late is late, and begins where it would have begun had the writing never been interrupted:
 * the same seed gives the same closings, however often that was. Facts written twice are known by their ids.
 */
import { encode, headersFor, type Fact } from "@sanfen/events";
import type { Entry, Log } from "@sanfen/log";
import { dayInZone, partitionOf, type Day } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import type { Platform } from "@sanfen/service";
import {
  appendControl,
  CONTROL,
  ControlReader,
  FACTS,
  midnightTicks,
  missingDocuments,
  positionId,
  POSITIONS,
  RELAY_POSITIONS,
} from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { simulate, type SimulatedDay } from "../simulate/history.ts";
import { planFrom, planUntil, type Plan, type Size } from "../simulate/plan.ts";
import { SIMULATION_ACTOR, type DemoState } from "./state.ts";

type Around = Pick<Platform, "log" | "store" | "site" | "config" | "clock">;

export interface HistoryProgress {
  readonly day: Day;
  readonly facts: number;
}

/** Days written together. Less than the least by which anything late is late. */
const STRETCH_DAYS = 10;
/** So many records the scorer may be behind: what is further ahead only makes it look further along than it is. */
const MOST_AHEAD = 60_000;
const LOOK_MS = 20;
const APPEND = 1_000;

export class DemoHistory {
  readonly #around: Around;
  readonly #days: Generator<SimulatedDay, never>;
  readonly #control: ControlReader;
  readonly plan: Plan;
  /** Facts of days that are written already are made again, as what follows depends on them, but not appended. */
  readonly #reached: Day;
  #facts = 0;

  private constructor(around: Around, plan: Plan, reached: Day) {
    this.#around = around;
    this.plan = plan;
    this.#reached = reached;
    this.#days = simulate(around.site, plan);
    this.#control = new ControlReader(around.log);
  }

  /**
   * Prepares what `write` goes on with. From the beginning: the documents of the site, the tick of the eve, and the
   * facts of the first days, so that whoever starts on the log sees at its first fact that it is a simulation.
   */
  static async begin(around: Around, state: DemoState, size: Size): Promise<DemoHistory> {
    const { log, store, site, clock } = around;
    // Read here to know how far others have come, whether or not these have begun.
    await store.ensure([POSITIONS, RELAY_POSITIONS]);
    const today = dayInZone(clock(), site.zone);
    const plan = state.begunOn === null ? planUntil(today, size) : planFrom(state.begunOn + 1, size);
    const history = new DemoHistory(around, plan, state.reached ?? plan.from - 1);
    await history.#control.refresh();
    await appendControl(log, missingDocuments(site, RULEBOOKS, history.#control.latest, SIMULATION_ACTOR));
    if (state.begunOn === null) await history.#tick(plan.from - 1);
    return history;
  }

  /** Writes the first days' facts; the services are not needed yet. */
  async writeFirst(): Promise<void> {
    const first = this.#days.next().value;
    await this.#append(first.facts, first.day);
    await this.#tick(first.day);
  }

  /** Writes what is left, up to today. Services of the same process relay and fold meanwhile. Ends early when aborted. */
  async write(signal: AbortSignal, told: (progress: HistoryProgress) => void): Promise<void> {
    const { site, clock } = this.#around;
    const today = (): Day => dayInZone(clock(), site.zone);
    let day = this.plan.from;
    while (day < today() - 1 && !signal.aborted) {
      const facts: Fact[] = [];
      const until = Math.min(today(), this.#endOfStretch(day + 1));
      for (let next = day + 1; next < until; next++) facts.push(...this.#days.next().value.facts);
      day = until - 1;
      if (day > this.#reached) {
        await this.#relayed(signal);
        await this.#roomAhead(signal);
        if (signal.aborted) return;
        await this.#append(facts, day);
        await this.#tick(day);
      }
      told({ day, facts: this.#facts });
    }
    if (!signal.aborted) await this.#tick(today());
  }

  /** First day after the stretch of a day; stretches are counted from the beginning of the history. */
  #endOfStretch(day: Day): Day {
    const { from } = this.plan;
    return from + (Math.floor((day - from) / STRETCH_DAYS) + 1) * STRETCH_DAYS;
  }

  async #append(facts: readonly Fact[], day: Day): Promise<void> {
    if (day <= this.#reached) return;
    const { log, config } = this.#around;
    await appendFacts(log, config.partitions, facts);
    this.#facts += facts.length;
  }

  async #tick(to: Day): Promise<void> {
    const { log, site } = this.#around;
    await appendControl(log, midnightTicks(await this.#control.refresh(), to, site.zone, SIMULATION_ACTOR));
  }

  /** Until all of `sanfen.control` has been copied to the facts. */
  async #relayed(signal: AbortSignal): Promise<void> {
    const { log, store } = this.#around;
    const { end } = await log.range(CONTROL, 0);
    const id = positionId("relay", CONTROL, 0);
    while (!signal.aborted) {
      const offset = (await store.get(RELAY_POSITIONS, [id])).get(id)?.doc.offset ?? 0;
      if (offset >= end) return;
      await pause(LOOK_MS);
    }
  }

  async #roomAhead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await recordsBehind(this.#around, "scorer", FACTS)) > MOST_AHEAD) await pause(LOOK_MS);
  }
}

/** Records of a topic that a machine has not stored the outcome of yet. */
export async function recordsBehind(
  { log, store, config }: Pick<Around, "log" | "store" | "config">,
  machine: string,
  topic: string,
): Promise<number> {
  let behind = 0;
  const ids = Array.from({ length: config.partitions }, (_, partition) => positionId(machine, topic, partition));
  const rows = await store.get(POSITIONS, ids);
  for (const [partition, id] of ids.entries()) {
    const { start, end } = await log.range(topic, partition);
    behind += end - Math.max(start, rows.get(id)?.doc.offset ?? start);
  }
  return behind;
}

/** Appends facts to their partitions, in order. */
async function appendFacts(log: Log, partitions: number, facts: readonly Fact[]): Promise<void> {
  const lists: Entry[][] = Array.from({ length: partitions }, () => []);
  for (const fact of facts) lists[partitionOf(fact.subject, partitions)]!.push(entryOf(fact));
  await Promise.all(
    lists.map(async (list, partition) => {
      for (let i = 0; i < list.length; i += APPEND) await log.append(FACTS, partition, list.slice(i, i + APPEND));
    }),
  );
}

function entryOf(fact: Fact): Entry {
  const { id, revision, source, recordedAt: time } = fact;
  return {
    key: fact.subject,
    value: encode("Fact", fact),
    headers: headersFor("Fact", { id: `${id}@${revision}`, source, time }),
  };
}
