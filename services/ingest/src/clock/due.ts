/** When a calendar site's next closing is due, and whether it is this installation's to make yet. Pure. */
import { decode } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import { dayInZone, midnight, type Day } from "@sanfen/model";
import { CONTROL } from "@sanfen/stream";
import type { Holding } from "../facts/provenance.ts";

/** Who the clock's ticks say they are from. */
export const CLOCK_ACTOR = "clock";

export interface LastTick {
  readonly day: Day;
  readonly actor: string;
}

export interface Beginning {
  readonly lastTick: LastTick | undefined;
  readonly today: Day;
  /** An empty embedded installation that is to begin with simulated facts. */
  readonly demo: boolean;
  readonly holding: Holding;
}

/**
 * Whether the clock may tick. The first tick of a site begins its history, and a tick for today ends every day before:
 * where a simulation is to write the years before today, the clock waits until it has come to today, however long it
 * takes and however often it is begun again. A last tick of the clock's own says that it had.
 */
export function mayTick({ lastTick, today, demo, holding }: Beginning): boolean {
  if (!demo || holding === "real") return true;
  return lastTick !== undefined && (lastTick.actor === CLOCK_ACTOR || lastTick.day >= today);
}

/** Milliseconds from `now` to the next whole period of `minutes` since midnight, or the next midnight. */
export function msToNextTick(now: number, zone: string, minutes: number): number {
  const today = dayInZone(now, zone);
  const start = midnight(today, zone);
  const period = minutes * 60_000;
  const next = start + (Math.floor((now - start) / period) + 1) * period;
  return Math.min(next, midnight(today + 1, zone)) - now;
}

const PAGE = 200;

/** The newest tick of `sanfen.control`, read from its end backwards. Rejects with LogError. */
export async function readLastTick(log: Pick<Log, "range" | "read">): Promise<LastTick | undefined> {
  const { start, end } = await log.range(CONTROL, 0);
  for (let to = end; to > start; to -= PAGE) {
    let last: LastTick | undefined;
    for await (const records of log.read(CONTROL, 0, Math.max(start, to - PAGE), to)) {
      for (const record of records) {
        const event = decode(record.value);
        if (event.name === "Control" && event.value.kind === "tick") last = event.value;
      }
    }
    if (last) return { day: last.day, actor: last.actor };
  }
  return undefined;
}
