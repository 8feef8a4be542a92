import { addMonths, formatDay, parseDay } from "@sanfen/model";
import { describe, expect, test } from "vitest";
import { compilePeriod } from "./period.ts";
import type { Period } from "./rulebook.ts";

describe("a period", () => {
  test.each<[Period, string, string]>([
    [{ days: 1 }, "2026-06-30", "2026-07-01"],
    [{ days: 365 }, "2023-06-30", "2024-06-29"],
    [{ months: 1 }, "2026-01-31", "2026-02-28"],
    [{ months: 12 }, "2024-02-29", "2025-02-28"],
    [{ months: 36 }, "2023-07-01", "2026-07-01"],
  ])("%j from %s on ends on %s", (period, from, end) => {
    expect(formatDay(compilePeriod(period).endOf(parseDay(from)!))).toBe(end);
  });

  test("without end neither ends nor begins", () => {
    const forever = compilePeriod(undefined);
    expect([forever.endOf(0), forever.oldestOn(0)]).toEqual([Infinity, -Infinity]);
  });

  const first = parseDay("2023-12-01")!;
  const days = Array.from({ length: 500 }, (_, i) => first + i);

  test.each<Period>([{ days: 1 }, { days: 180 }, { months: 1 }, { months: 6 }, { months: 12 }, { months: 37 }])(
    "%j: the oldest day that counts is the first that has not ended",
    (period) => {
      const { endOf, oldestOn } = compilePeriod(period);
      for (const day of days) {
        const oldest = oldestOn(day);
        expect(endOf(oldest)).toBeGreaterThan(day);
        expect(endOf(oldest - 1)).toBeLessThanOrEqual(day);
      }
    },
  );

  test("gives the same end however many days were asked before", () => {
    const { endOf } = compilePeriod({ months: 5 });
    for (let day = 0; day < 100_000; day += 1) endOf(day);
    for (const day of [...days, 40_000, 99_999]) expect(endOf(day)).toBe(addMonths(day, 5));
  });
});
