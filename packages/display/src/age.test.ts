import { describe, expect, test } from "vitest";
import { bannerOf, clockTime, dataAge, todayIn } from "./age.ts";

describe("bannerOf", () => {
  test("counts down to the next attempt and never below zero", () => {
    expect(bannerOf({ kind: "lost", since: 1_000, retryAt: 9_000 }, 5_000)).toEqual({
      kind: "lost",
      since: 1_000,
      inMs: 4_000,
    });
    expect(bannerOf({ kind: "lost", since: 1_000, retryAt: 9_000 }, 9_500)).toMatchObject({ inMs: 0 });
    expect(bannerOf({ kind: "lost", since: 1_000, retryAt: null }, 5_000)).toMatchObject({ inMs: 0 });
  });

  test("says nothing more while live or connecting", () => {
    expect(bannerOf({ kind: "live" }, 0)).toEqual({ kind: "live" });
    expect(bannerOf({ kind: "connecting" }, 0)).toEqual({ kind: "connecting" });
  });
});

describe("dataAge", () => {
  test("there is none without a date", () => {
    expect(dataAge([], "calendar", "2026-11-22")).toBeNull();
    expect(dataAge(["", "yesterday"], "calendar", "2026-11-22")).toBeNull();
  });

  test("is that of the newest region, in days behind the site's today", () => {
    expect(dataAge(["2026-11-19", "2026-11-20"], "calendar", "2026-11-22")).toEqual({
      asOf: "2026-11-20",
      daysBehind: 2,
    });
    expect(dataAge(["2026-11-22"], "calendar", "2026-11-22")).toMatchObject({ daysBehind: 0 });
    expect(dataAge(["2026-11-23"], "calendar", "2026-11-22")).toMatchObject({ daysBehind: 0 });
  });

  test("historical data is never behind", () => {
    expect(dataAge(["2014-08-29"], "records", "2026-11-22")).toEqual({ asOf: "2014-08-29", daysBehind: 0 });
  });
});

test("today is the site's, or that of UTC where the zone is unknown", () => {
  const instant = Date.UTC(2026, 10, 22, 17);
  expect(todayIn("Asia/Shanghai", instant)).toBe("2026-11-23");
  expect(todayIn("Mars/Olympus", instant)).toBe("2026-11-22");
});

test("times of day are written in full, midnight as 00", () => {
  expect(clockTime(Date.UTC(2026, 0, 1, 0, 3, 9), "UTC")).toBe("00:03:09");
});
