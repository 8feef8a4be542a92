import { dayInZone, formatDay, parseDay } from "@sanfen/model";
import type { ConnectionStatus } from "./live/connection.ts";

/** What the banner says, if anything. Instants in ms; `inMs` is the time to the next attempt, 0 while one is under way. */
export type Banner =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number; readonly inMs: number };

export function bannerOf(status: ConnectionStatus, now: number): Banner {
  if (status.kind !== "lost") return status;
  return { kind: "lost", since: status.since, inMs: status.retryAt === null ? 0 : Math.max(0, status.retryAt - now) };
}

/** The day that the data on the wall belongs to, and whether that is what one expects. */
export interface DataAge {
  /** `YYYY-MM-DD`, the newest of all regions. */
  readonly asOf: string;
  /** Whole days behind the site's today; 0 for historical data, which is never behind. */
  readonly daysBehind: number;
}

/** Null while there is no data, or none with a date. `days` are `YYYY-MM-DD`. */
export function dataAge(days: Iterable<string>, clock: "calendar" | "records", today: string): DataAge | null {
  let asOf = "";
  for (const day of days) if (day > asOf) asOf = day;
  const day = parseDay(asOf);
  const now = parseDay(today);
  if (day === undefined || now === undefined) return null;
  return { asOf, daysBehind: clock === "records" ? 0 : Math.max(0, now - day) };
}

/** The site's today, `YYYY-MM-DD`; the day in UTC if its zone is not known to this browser. */
export function todayIn(zone: string, now: number): string {
  try {
    return formatDay(dayInZone(now, zone));
  } catch (error) {
    if (error instanceof RangeError) return new Date(now).toISOString().slice(0, 10);
    throw error;
  }
}

/** Time of day `hh:mm:ss` of an instant, in the viewer's own zone unless one is named. */
export function clockTime(instant: number, zone?: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return format.format(instant);
}
