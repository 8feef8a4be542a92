import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMonths, dayInZone, formatDay, midnight, parseDay, yearOf } from "./day.ts";

const HOUR_MS = 3_600_000;
const day = (text: string): number => {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
};
const days = fc.integer({ min: day("1949-10-01"), max: day("2100-12-31") });

describe("parseDay", () => {
  test.each([
    "",
    "2026-02-30",
    "2025-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-1-1",
    "26-01-01",
    "2026-01-01T00:00:00Z",
    " 2026-01-01",
    "2026-01-01\n",
    "2026/01/01",
    "+002026-01-01",
    "２０２６-01-01",
  ])("%j is no date", (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  test.each([
    ["1970-01-01", 0],
    ["1969-12-31", -1],
    ["2000-02-29", 11_016],
    ["2024-02-29", 19_782],
    ["1949-01-01", -7_670],
  ])("%s is day %d", (text, expected) => {
    expect(parseDay(text)).toBe(expected);
    expect(formatDay(expected)).toBe(text);
  });

  test("reads back what formatDay writes", () => {
    fc.assert(
      fc.property(days, (d) => {
        expect(parseDay(formatDay(d))).toBe(d);
      }),
    );
  });
});

test.each([day("9999-12-31") + 1, day("0000-01-01") - 1, Number.NaN, 1e12])("day %d has no text", (d) => {
  expect(() => formatDay(d)).toThrow(RangeError);
});

describe("addMonths", () => {
  test.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2024-01-31", 1, "2024-02-29"],
    ["2024-02-29", 12, "2025-02-28"],
    ["2024-02-29", 48, "2028-02-29"],
    ["2023-02-28", 12, "2024-02-28"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-05-31", -3, "2026-02-28"],
    ["2026-12-31", 2, "2027-02-28"],
    ["2026-08-31", 1, "2026-09-30"],
    ["2026-01-15", -1, "2025-12-15"],
    ["2026-11-20", 36, "2029-11-20"],
    ["2000-01-30", 1, "2000-02-29"],
    ["2100-01-31", 1, "2100-02-28"],
    ["2026-07-04", 0, "2026-07-04"],
  ])("%s and %d months is %s", (from, months, expected) => {
    expect(formatDay(addMonths(day(from), months))).toBe(expected);
  });

  test("lands in the month asked for, never later in it than it began", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -600, max: 600 }), (d, months) => {
        const [year, month, of] = formatDay(d).split("-").map(Number) as [number, number, number];
        const [toYear, toMonth, to] = formatDay(addMonths(d, months)).split("-").map(Number) as [
          number,
          number,
          number,
        ];
        expect(toYear * 12 + toMonth).toBe(year * 12 + month + months);
        expect(to).toBeLessThanOrEqual(of);
        if (of <= 28) expect(to).toBe(of);
      }),
    );
  });

  test("keeps the order of days", () => {
    fc.assert(
      fc.property(days, fc.nat({ max: 800 }), fc.integer({ min: -100, max: 100 }), (d, later, months) => {
        expect(addMonths(d + later, months)).toBeGreaterThanOrEqual(addMonths(d, months));
      }),
    );
  });
});

test.each([
  ["2025-12-31", 2025],
  ["2026-01-01", 2026],
  ["1969-12-31", 1969],
])("%s lies in %d", (text, year) => {
  expect(yearOf(day(text))).toBe(year);
});

describe("dayInZone", () => {
  test.each([
    ["Asia/Shanghai", "2026-11-19T15:59:59.999Z", "2026-11-19"],
    ["Asia/Shanghai", "2026-11-19T16:00:00.000Z", "2026-11-20"],
    ["America/Chicago", "2026-03-08T05:59:59.999Z", "2026-03-07"],
    ["America/Chicago", "2026-03-08T06:00:00.000Z", "2026-03-08"],
    ["America/Chicago", "2026-03-09T05:00:00.000Z", "2026-03-09"],
    ["America/Chicago", "2026-11-01T05:00:00.000Z", "2026-11-01"],
    ["America/Chicago", "2026-11-02T05:59:59.999Z", "2026-11-01"],
    ["UTC", "1969-12-31T23:59:59.999Z", "1969-12-31"],
  ])("in %s, %s falls on %s", (zone, instant, expected) => {
    expect(formatDay(dayInZone(Date.parse(instant), zone))).toBe(expected);
  });

  test("refuses an unknown zone and an instant that is none", () => {
    expect(() => dayInZone(0, "Asia/Jiaxing")).toThrow(RangeError);
    expect(() => dayInZone(Number.NaN, "Asia/Shanghai")).toThrow(RangeError);
  });
});

describe("midnight", () => {
  test.each([
    ["Asia/Shanghai", "2026-11-20", "2026-11-19T16:00:00.000Z"],
    // Shanghai had summer time from 1986 to 1991.
    ["Asia/Shanghai", "1988-07-01", "1988-06-30T15:00:00.000Z"],
    ["America/Chicago", "2026-03-08", "2026-03-08T06:00:00.000Z"],
    ["America/Chicago", "2026-03-09", "2026-03-09T05:00:00.000Z"],
    ["America/Chicago", "2026-11-01", "2026-11-01T05:00:00.000Z"],
    ["America/Chicago", "2026-11-02", "2026-11-02T06:00:00.000Z"],
    // Clocks went from 24:00 to 1:00: the day began at 1:00.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"],
  ])("in %s, %s begins at %s", (zone, text, expected) => {
    expect(new Date(midnight(day(text), zone)).toISOString()).toBe(expected);
  });

  test("a day skipped at the date line begins with the next one", () => {
    expect(midnight(day("2011-12-30"), "Pacific/Apia")).toBe(midnight(day("2011-12-31"), "Pacific/Apia"));
  });

  test.each([
    ["2026-03-08", 23],
    ["2026-11-01", 25],
    ["2026-07-04", 24],
  ])("%s has %d hours in Chicago", (text, hours) => {
    const d = day(text);
    expect(midnight(d + 1, "America/Chicago") - midnight(d, "America/Chicago")).toBe(hours * HOUR_MS);
  });

  test("is the first instant of its day, whatever the zone", () => {
    const zones = fc.constantFrom("Asia/Shanghai", "America/Chicago", "America/Havana", "Australia/Lord_Howe", "UTC");
    fc.assert(
      fc.property(days, zones, (d, zone) => {
        const start = midnight(d, zone);
        expect(dayInZone(start, zone)).toBe(d);
        expect(dayInZone(start - 1, zone)).toBe(d - 1);
      }),
    );
  });
});
