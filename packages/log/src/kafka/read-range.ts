import { setTimeout as pause } from "node:timers/promises";
import { LogError, type LogRecord, type Range } from "../log.ts";

export interface Source {
  range(): Promise<Range>;
  /** Some records from about the offset on; none where the broker has none to give at the moment. */
  fetch(from: number): Promise<readonly LogRecord[]>;
}

/** How often in a row, and with what pause (ms), records are asked for again that must be there. */
const maxFruitless = 30;
const fruitlessMs = 100;

/**
 * The records of [from, to), up to the end as of the call. A fetch may come back empty below that end: because
 * retention has gone past, then the read goes on at the new start; or because a new leader does not say yet how far
 * the log goes, then it is asked again: nothing that is kept is left out.
 * Throws LogError `unavailable` after three seconds of that.
 */
export async function* readRange(
  source: Source,
  from: number,
  to: number,
): AsyncGenerator<readonly LogRecord[], void, void> {
  const { start, end } = await source.range();
  const stop = Math.min(to, end);
  let next = Math.max(from, start);
  let fruitless = 0;
  while (next < stop) {
    const records = await source.fetch(next);
    const last = records.at(-1)?.offset ?? -1;
    if (last >= next) {
      const first = next;
      next = last + 1;
      fruitless = 0;
      const wanted = records.filter(({ offset }) => offset >= first && offset < stop);
      if (wanted.length > 0) yield wanted;
      continue;
    }
    next = Math.max(next, (await source.range()).start);
    fruitless += 1;
    if (fruitless > maxFruitless) throw new LogError("unavailable", `nothing comes from offset ${next} on`);
    await pause(fruitlessMs);
  }
}
