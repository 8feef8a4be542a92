import { describe, expect, it } from "vitest";
import { compare, type Recomputed } from "./compare.ts";
import type { Kept } from "./kept.ts";
import { describeReport, verifyExitCode, type Report } from "./command.ts";
import { factOf, FIRST_DAY, inspection, live, ticksOf, tickOf } from "./testing/county.ts";

const FOLDED = { offset: 100, epoch: 1 };
const OLD = { epoch: 1, at: 50 };
const NEW = { epoch: 1, at: 100 };

function recomputed(): Recomputed {
  const facts = [factOf({ id: "r", region: "330402001" }), factOf({ id: "i", ...inspection("fail") })];
  return live(ticksOf(tickOf(FIRST_DAY + 1)), [facts]);
}

/** A store that holds just what was recomputed. */
function keptOf({ shards, closings }: Recomputed): Kept {
  const row = { partition: 0, version: OLD };
  const regions = [...closings.regions].map(([code, days]) => ({ code, days: [...days.values()] }));
  return {
    folded: [FOLDED],
    grades: [...shards[0]!.grades].map(([id, said]) => ({
      ...row,
      id,
      doc: { ...said, asOf: FIRST_DAY, version: OLD },
    })),
    tallies: [...shards[0]!.counts].map(([id, counts]) => {
      const [region, rulebook] = id.split("|");
      return { ...row, id, doc: { region: region!, rulebook: rulebook!, sources: { 0: [{ version: OLD, counts }] } } };
    }),
    closings: regions.map((doc) => ({ ...row, id: doc.code, doc })),
    colours: regions.map(({ code, days }) => ({ ...row, id: code, doc: { ...days.at(-1)!.colour, version: OLD } })),
    behind: [],
  };
}

const kept = keptOf(recomputed());
const first = <T>(list: readonly T[]): T => list[0]!;
const differing = (other: Kept): string[] =>
  compare(recomputed(), other).differences.map(({ what, key, parts }) => `${what} ${key} ${Object.keys(parts).join()}`);

describe("a store that holds what was recomputed", () => {
  it("differs in nothing, and everything was compared", () => {
    const { differences, compared, moved } = compare(recomputed(), kept);
    expect(differences).toEqual([]);
    expect(compared).toEqual({ grade: 1, tally: 4, closing: 3, colour: 3 });
    expect(moved).toBe(0);
  });
});

describe("a difference", () => {
  it("in a grade is found, also one that is missing or should not be there", () => {
    const grade = first(kept.grades);
    expect(differing({ ...kept, grades: [{ ...grade, doc: { ...grade.doc, failures: 0 } }] })).toEqual([
      "grade e failures",
    ]);
    expect(differing({ ...kept, grades: [] })).toEqual(["grade e "]);
    expect(differing({ ...kept, grades: [...kept.grades, { ...grade, id: "f" }] })).toEqual(["grade f "]);
  });

  it("in a tally is found, but for counts of zero", () => {
    const tally = first(kept.tallies);
    const withCounts = (counts: Record<string, number>): Kept => ({
      ...kept,
      tallies: [
        { ...tally, doc: { ...tally.doc, sources: { 0: [{ version: OLD, counts }] } } },
        ...kept.tallies.slice(1),
      ],
    });
    const { counts } = first(tally.doc.sources[0]!);
    expect(differing(withCounts({ ...counts, other: 0 }))).toEqual([]);
    expect(differing(withCounts({ ...counts, enterprises: 2 }))).toEqual([`tally ${tally.id}|0 counts`]);
    expect(differing({ ...kept, tallies: kept.tallies.slice(1) })).toEqual([`tally ${tally.id}|0 `]);
  });

  it("in a closing is found, its number and a missing day included", () => {
    const { doc, ...row } = first(kept.closings);
    const [day] = doc.days;
    const withDays = (days: typeof doc.days): Kept => ({
      ...kept,
      closings: [{ ...row, doc: { ...doc, days } }, ...kept.closings.slice(1)],
    });
    const key = `closing ${doc.code}@2024-10-04`;
    expect(differing(withDays([{ ...day!, colour: { ...day!.colour, colour: "blue" } }]))).toEqual([`${key} colour`]);
    expect(differing(withDays([{ ...day!, number: 1 }]))).toEqual([`${key} number`]);
    expect(differing(withDays([]))).toEqual([`${key} `]);
  });

  it("in what a region shows is found, and a change that is not shown", () => {
    const { doc, ...row } = first(kept.colours);
    const shown = (parts: Partial<typeof doc>): Kept => ({
      ...kept,
      colours: [{ ...row, doc: { ...doc, ...parts } }, ...kept.colours.slice(1)],
    });
    expect(differing(shown({ enterprises: 7 }))).toEqual([
      `colour ${row.id} enterprises`,
      `colour ${row.id} enterprises`,
    ]);
    expect(differing(shown({ provisional: true, asOf: FIRST_DAY + 1, previousColour: doc.colour }))).toEqual([]);
    expect(differing(shown({ provisional: true }))).not.toEqual([]);
    expect(differing({ ...kept, colours: kept.colours.slice(1) })).toEqual([`colour ${row.id} `]);
  });
});

describe("rows that changed while they were read", () => {
  it("are left out and counted", () => {
    const grades = kept.grades.map((row) => ({ ...row, version: NEW, doc: { ...row.doc, failures: 9 } }));
    expect(compare(recomputed(), { ...kept, grades })).toMatchObject({
      moved: 1,
      differences: [],
      compared: { grade: 0 },
    });
    const tallies = kept.tallies.map((row) => ({
      ...row,
      doc: { ...row.doc, sources: { 0: [{ version: NEW, counts: {} }] } },
    }));
    const colours = kept.colours.map((row) => ({ ...row, doc: { ...row.doc, provisional: true, enterprises: 9 } }));
    expect(compare(recomputed(), { ...kept, tallies, colours })).toMatchObject({ moved: 7, differences: [] });
  });
});

describe("a report", () => {
  const report: Report = { ...compare(recomputed(), kept), facts: 2, controls: 9, behind: [] };
  it("without differences ends with 0", () => {
    expect(verifyExitCode(report)).toBe(0);
    expect(describeReport(report).map(({ en }) => en)).toEqual([
      "recomputed from 2 facts and 9 control records",
      "compared 1 grades, 4 tallies, 3 closings, 3 colours",
      "no difference",
    ]);
  });

  it("with differences, or of services that are behind, ends with 3 and shows twenty", () => {
    expect(verifyExitCode({ ...report, behind: ["scorer: 3 records"] })).toBe(3);
    const parts = { score: { expected: 1, found: 2 } };
    const differences = Array.from({ length: 23 }, (_, i) => ({ what: "grade" as const, key: `e${i}`, parts }));
    const lines = describeReport({ ...report, differences }).map(({ en }) => en);
    expect(verifyExitCode({ ...report, differences })).toBe(3);
    expect(lines[2]).toBe("23 differences");
    expect(lines[3]).toBe("grade e0; score expected 1, found 2");
    expect(lines.at(-1)).toBe("and 3 more");
    expect(lines).toHaveLength(24);
  });
});
