import { describe, expect, test } from "vitest";
import { add, closingLine, judge, type Tally } from "./tally.ts";

const kafka = { what: "packages/log/src/kafka.test.ts", why: "no Java" };
const chicago = { what: "chicago.test.ts > the real file (set CHICAGO_FILE to it)", why: "skipped" };
const lenient = { ci: false, chicagoFile: false };

function tally(over: Partial<Tally>): Tally {
  return { passed: 0, failed: 0, skipped: [], ...over };
}

describe("what counts as a failure", () => {
  test("a run of nothing, or of skips alone", () => {
    expect(judge(tally({}), lenient).failed).toBe(1);
    expect(judge(tally({ skipped: [kafka] }), lenient).failed).toBe(1);
  });

  test("a skip in CI, but not elsewhere", () => {
    const run = tally({ passed: 3, skipped: [kafka] });
    expect(judge(run, { ci: true, chicagoFile: true })).toEqual({ passed: 3, failed: 1, skipped: [] });
    expect(judge(run, lenient)).toEqual(run);
  });

  test("the skip of the Chicago file only where the file is there", () => {
    const run = tally({ passed: 3, skipped: [kafka, chicago] });
    expect(judge(run, { ci: true, chicagoFile: false })).toEqual({ passed: 3, failed: 1, skipped: [chicago] });
    expect(judge(run, { ci: true, chicagoFile: true })).toEqual({ passed: 3, failed: 2, skipped: [] });
  });

  test("nothing else", () => {
    expect(judge(tally({ passed: 1 }), { ci: true, chicagoFile: true })).toEqual(tally({ passed: 1 }));
  });
});

describe("the closing line", () => {
  test.each([
    [tally({ passed: 12 }), "12 passed, 0 failed"],
    [tally({ passed: 1, failed: 2 }), "1 passed, 2 failed"],
    [tally({ passed: 1, skipped: [kafka, chicago] }), "1 passed, 0 failed, 2 skipped"],
  ])("%#", (run, line) => expect(closingLine(run)).toBe(line));

  test("of two parts", () => {
    const both = add(tally({ passed: 1, skipped: [kafka] }), tally({ passed: 2, failed: 1, skipped: [chicago] }));
    expect(closingLine(both)).toBe("3 passed, 1 failed, 2 skipped");
  });
});
