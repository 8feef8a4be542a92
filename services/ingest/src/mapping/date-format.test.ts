import { expect, it } from "vitest";
import { dateReader } from "./date-format.ts";

it.each([
  ["YYYY-MM-DD", "2026-11-20", "2026-11-20"],
  ["MM/DD/YYYY", "11/20/2026", "2026-11-20"],
  ["YYYY年M月D日", "2026年3月5日", "2026-03-05"],
  ["YYYYMMDD", "20260305", "2026-03-05"],
  ["YYYY.M.D", "2026.3.5", "2026-03-05"],
  ["YYYY.M.D", "2026-3-5", undefined],
  ["YYYY-MM-DD", "2026-02-30", undefined],
  ["YYYY-MM-DD", "2026-11-20 ", undefined],
])("%s reads %s as %s", (format, text, date) => {
  expect(dateReader([format])(text)).toBe(date);
});

it.each(["YYYY-MM", "YYYY-MM-MM", "MM-DD-YYYY-DD"])("refuses the format %s", (format) => {
  expect(() => dateReader([format])).toThrow(RangeError);
});
