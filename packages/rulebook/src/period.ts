import { addMonths, type Day } from "@sanfen/model";
import type { Period } from "./rulebook.ts";

/** How long a fact counts: from the day it occurred until the day before `endOf` it. */
export interface CompiledPeriod {
  /** Day on which a fact of `day` no longer counts. Never falls as `day` rises. */
  readonly endOf: (day: Day) => Day;
  /** Earliest day a fact may be of and still count on `day`. */
  readonly oldestOn: (day: Day) => Day;
}

/** More distinct days than a century has: only bad data passes it, and then memory matters more than speed. */
const MOST_CACHED_DAYS = 40_000;

const FOREVER: CompiledPeriod = { endOf: () => Infinity, oldestOn: () => -Infinity };

/** Calendar months are looked up, not computed, when many facts are graded: `addMonths` makes Date objects. */
export function compilePeriod(period: Period | undefined): CompiledPeriod {
  if (!period) return FOREVER;
  if ("days" in period) {
    const { days } = period;
    return { endOf: (day) => day + days, oldestOn: (day) => day - days + 1 };
  }
  const { months } = period;
  const ends = new Map<Day, Day>();
  const endOf = (day: Day): Day => {
    let end = ends.get(day);
    if (end === undefined) {
      if (ends.size >= MOST_CACHED_DAYS) ends.clear();
      end = addMonths(day, months);
      ends.set(day, end);
    }
    return end;
  };
  return {
    endOf,
    oldestOn: (day) => {
      // There and back never passes `day` but may fall short of it, where a month has no such day: search upwards.
      let oldest = addMonths(day, -months);
      while (addMonths(oldest, months) <= day) oldest += 1;
      return oldest;
    },
  };
}
