/** Days as the rules see them: whole days counted from 1970-01-01. No clock is read here. */
export type Day = number;

const DAY_MS = 86_400_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `YYYY-MM-DD` → day, or undefined when the text is no such date (2026-02-30 is none). */
export function parseDay(text: string): Day | undefined {
  if (!ISO_DAY.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  // A day that the month has not, such as 30 February, comes out as one of the next month.
  return date.getUTCDate() === Number(text.slice(8)) ? date.getTime() / DAY_MS : undefined;
}

/** Day → `YYYY-MM-DD`. Throws RangeError for a day outside the years 0000 to 9999, which have no such text. */
export function formatDay(day: Day): string {
  const text = new Date(day * DAY_MS).toISOString();
  if (text.length !== "1970-01-01T00:00:00.000Z".length) throw new RangeError(`day ${day} has no four-digit year`);
  return text.slice(0, 10);
}

/** The same day of the month `months` later (or earlier, when negative); the month's last day where it has no such day. */
export function addMonths(day: Day, months: number): Day {
  const from = new Date(day * DAY_MS);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const start = new Date(first);
  const length = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
  return first / DAY_MS + Math.min(from.getUTCDate(), length) - 1;
}

/** Month of a day, counted from year 0: 12 × year + month (January 0). */
export function monthOf(day: Day): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Year of a day in the common calendar. */
export function yearOf(day: Day): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Day on which an instant (ms) falls in an IANA time zone. Throws RangeError for an unknown zone. */
export function dayInZone(instant: number, zone: string): Day {
  let format = formatters.get(zone);
  if (!format) {
    // en-CA writes dates as YYYY-MM-DD.
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(zone, format);
  }
  const day = parseDay(format.format(instant));
  if (day === undefined) throw new RangeError(`no date for instant ${instant} in ${zone}`);
  return day;
}

/** Instant (ms) at which a day begins in an IANA time zone (its first instant, where a change of clocks skips midnight). */
export function midnight(day: Day, zone: string): number {
  // Zones lie within 14 hours of UTC: the first instant whose date is `day` is found between them.
  let before = day * DAY_MS - 15 * 3_600_000;
  let after = day * DAY_MS + 15 * 3_600_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayInZone(middle, zone) >= day) after = middle;
    else before = middle;
  }
  return after;
}
