import { describe, expect, test } from "vitest";
import { checkRulebook } from "./check.ts";
import type { Clause } from "./rulebook.ts";
import { clause, rulebookOf, text } from "./testing.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

const when = { kinds: ["inspection"] };

const mode = (id: string) => ({ id, title: text(id), inspections: { times: 1, months: 12 }, samplingPermille: 10 });

/** A correct document, to be spoilt: one clause, supervision, everything named. */
function correct(): JsonObject {
  const sample = rulebookOf(clause({ when, points: 5, floor: "bad" }));
  const cells = { good: "seldom", fair: "seldom", bad: "often" };
  const supervision = {
    illustrative: "ours",
    modes: [mode("seldom"), mode("often")],
    cells: { strict: cells, special: cells, ordinary: cells },
  };
  return JSON.parse(JSON.stringify({ ...sample, supervision })) as JsonObject;
}

/** The document with the value at a pointer replaced, or taken out when undefined. */
function spoilt(pointer: string, value: Json | undefined): JsonObject {
  const document = correct();
  const path = pointer.split("/").slice(1);
  const last = path.pop()!;
  let parent: JsonObject = document;
  for (const name of path) parent = parent[name] as JsonObject;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return document;
}

function problemsOf(document: unknown): string[] {
  const answer = checkRulebook(document);
  return "problems" in answer ? answer.problems.map(({ code, pointer }) => `${code} ${pointer}`) : [];
}

test("a correct rulebook is handed back as it is", () => {
  const document = correct();
  expect(checkRulebook(document)).toEqual({ rulebook: document });
});

describe("what is no rulebook is refused", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["id"] = cyclic;

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["a text", "rulebook"],
    ["a list", []],
    ["an empty object", {}],
    ["a cycle", cyclic],
    ["a function", () => correct()],
    ["deep nesting", JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`)],
  ])("%s", (_, document) => {
    const problems = problemsOf(document);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.startsWith("form "))).toBe(true);
  });

  test("with no more problems than a person reads", () => {
    const document = { ...correct(), clauses: Array.from({ length: 5000 }, () => ({})) };
    expect(problemsOf(document)).toHaveLength(100);
  });
});

describe("a form that is wrong is refused where it is wrong", () => {
  test.each<[string, Json | undefined, string]>([
    ["/version", 0, "/version"],
    ["/version", 1.5, "/version"],
    ["/id", "has space", "/id"],
    ["/title/en", undefined, "/title"],
    ["/title/fr", "titre", "/title"],
    ["/unheardOf", true, ""],
    ["/grades/unheardOf", true, "/grades"],
    ["/grades/list", [], "/grades/list"],
    ["/grades/list/0/score/from", 0.5, "/grades/list/0/score/from"],
    ["/grades/list/0/score/unheardOf", 1, "/grades/list/0/score"],
    ["/clauses/0/unheardOf", 1, "/clauses/0"],
    ["/clauses/0/illustrative", undefined, "/clauses/0"],
    ["/clauses/0/published", "ours", "/clauses/0"],
    ["/clauses/0/when/kinds", [], "/clauses/0/when/kinds"],
    ["/clauses/0/points", 1.5, "/clauses/0/points"],
    ["/clauses/0/points", 10_001, "/clauses/0/points"],
    ["/clauses/0/within", { months: 12, days: 3 }, "/clauses/0/within"],
    ["/clauses/0/within", { months: 0 }, "/clauses/0/within/months"],
    ["/clauses/0/if", {}, "/clauses/0/if"],
    ["/clauses/0/if", { facts: { atLeast: 1 } }, "/clauses/0/if/facts/atLeast"],
    ["/clauses/0/cap", 0, "/clauses/0/cap"],
    ["/healthCode/byGrade/good", "none", "/healthCode/byGrade/good"],
    ["/regions/scales/0/bands/0/colour", "purple", "/regions/scales/0/bands/0/colour"],
    ["/supervision/modes/0/samplingPermille", 0, "/supervision/modes/0/samplingPermille"],
  ])("%s: %j", (pointer, value, at) => {
    expect(problemsOf(spoilt(pointer, value))).toContain(`form ${at}`);
  });

  test("points and a cap need what they belong to", () => {
    for (const parts of [{ floor: "bad", repeat: 1 }, { floor: "bad", cap: 1 }, {}]) {
      const { clauses: _, ...rest } = correct();
      const document = { ...rest, clauses: [clause({ when, ...parts })] };
      expect(problemsOf(document)).toContain("form /clauses/0");
    }
  });
});

describe("what the parts say of each other", () => {
  test.each<[string, string, Json | undefined, string[]]>([
    ["a default that is no tier", "/tiers/default", "gold", ["unknown /tiers/default"]],
    ["a tier twice", "/tiers/list/1/id", "strict", ["duplicate /tiers/list/1", "unknown /supervision/cells/special"]],
    ["a band that does not begin at 0", "/grades/list/0/score/from", 1, ["gap /grades/list/0/score/from"]],
    ["a gap between grades", "/grades/list/1/score/from", 12, ["gap /grades/list/1/score/from"]],
    ["an overlap of grades", "/grades/list/1/score/from", 8, ["overlap /grades/list/1/score/from"]],
    [
      "an empty grade",
      "/grades/list/1/score/below",
      10,
      ["empty /grades/list/1/score/below", "gap /grades/list/2/score/from"],
    ],
    ["a last grade with an end", "/grades/list/2/score/below", 30, ["gap /grades/list/2/score/below"]],
    ["an open grade that is not the last", "/grades/list/1/score/below", undefined, ["overlap /grades/list/1/score"]],
    ["a grade without health code", "/healthCode/byGrade/fair", undefined, ["missing /healthCode/byGrade"]],
    ["a health code of no grade", "/healthCode/byGrade/ugly", "red", ["unknown /healthCode/byGrade/ugly"]],
    ["a share of no grade", "/regions/grades/0", "ugly", ["unknown /regions/grades/0"]],
    ["a share of all grades", "/regions/grades", ["good", "fair", "bad"], ["constant /regions/grades"]],
    ["a gap between colours", "/regions/scales/0/bands/1/from", 101, ["gap /regions/scales/0/bands/1/from"]],
    ["a colour twice", "/regions/scales/0/bands/1/colour", "green", ["order /regions/scales/0/bands/1/colour"]],
    ["colours that grow better", "/regions/scales/0/bands/1/colour", "blue", []],
    [
      "a share above all",
      "/regions/scales/0/bands/2/from",
      1001,
      ["gap /regions/scales/0/bands/2/from", "unreachable /regions/scales/0/bands/2/from"],
    ],
    ["a tier without modes", "/supervision/cells/strict", undefined, ["missing /supervision/cells"]],
    ["a grade without mode", "/supervision/cells/strict/bad", undefined, ["missing /supervision/cells/strict"]],
    ["an unknown mode", "/supervision/cells/strict/bad", "never", ["unknown /supervision/cells/strict/bad"]],
    ["weights that are not 100", "/index/parts/0/weight", 49, ["sum /index/parts"]],
    ["a part twice", "/index/parts/0/of", "coverage", ["duplicate /index/parts/2"]],
    ["an unknown note", "/tiers/illustrative", "theirs", ["unknown /tiers/illustrative"]],
    ["a note that nothing names", "/notes/more", { zh: "多", en: "more" }, ["unused /notes/more"]],
  ])("%s", (_, pointer, value, problems) => {
    expect(problemsOf(spoilt(pointer, value))).toEqual(problems);
  });

  test("a level on two scales", () => {
    const [scale] = rulebookOf().regions.scales;
    const document = spoilt("/regions/scales", JSON.parse(JSON.stringify([scale, scale])) as Json);
    expect(problemsOf(document)).toEqual(["duplicate /regions/scales/1/levels/0"]);
  });

  test("a mode that no cell has", () => {
    const cells = { good: "seldom", fair: "seldom", bad: "seldom" };
    const document = spoilt("/supervision/cells", { strict: cells, special: cells, ordinary: cells });
    expect(problemsOf(document)).toEqual(["unreachable /supervision/modes/1"]);
  });

  test.each<[string, Partial<Clause>, boolean]>([
    ["points without a cap", { points: 1 }, true],
    ["a cap that reaches it", { points: 1, cap: 20 }, true],
    ["a cap one short of it", { points: 1, cap: 19 }, false],
    ["a merit", { points: -1 }, false],
    ["a merit that repetition turns", { points: -1, repeat: 2 }, true],
    ["points once, one short", { once: 19 }, false],
    ["points once and a floor", { once: 1, floor: "bad" }, true],
    ["points by a field", { points: { by: "result", values: { fail: 3 }, else: 0 }, cap: 30 }, true],
    ["points for findings, all merits", { points: { perFinding: { minor: -1 } } }, false],
  ])("whether the worst grade is reached: %s", (_, parts, reached) => {
    const document = rulebookOf(clause({ when, ...parts }));
    const { supervision: _unused, ...rest } = document;
    expect(problemsOf(rest).includes("unreachable /grades/list/2")).toBe(!reached);
  });
});

describe("a clause", () => {
  test.each<[string, Partial<Clause>, string[]]>([
    ["of an unknown kind", { when: { kinds: ["inspecton"] } }, ["unknown /when/kinds/0"]],
    ["of an unknown role", { when: { ...when, roles: ["owner"] } }, ["unknown /when/roles/0"]],
    ["of an unknown tier", { when: { ...when, tiers: ["gold"] } }, ["unknown /when/tiers/0"]],
    ["of an unknown field", { when: { ...when, body: { resut: ["fail"] } } }, ["unknown /when/body/resut/0"]],
    [
      "of a field that one kind lacks",
      { when: { kinds: ["inspection", "recall"], body: { result: ["fail"] } } },
      ["unknown /when/body/result/0"],
    ],
    [
      "of a value that never is",
      { when: { ...when, body: { result: ["fail", "failed"] } } },
      ["never /when/body/result/1"],
    ],
    ["of yes or no for a text", { when: { ...when, body: { batch: [true] } } }, ["never /when/body/batch/0"]],
    [
      "of a text for yes or no",
      { when: { kinds: ["recall"], body: { ordered: ["true"] } } },
      ["never /when/body/ordered/0"],
    ],
    ["of bounds for a text", { when: { ...when, body: { result: { atLeast: 1 } } } }, ["never /when/body/result"]],
    [
      "of bounds that cross",
      { when: { kinds: ["opinion"], body: { reach: { atLeast: 5, below: 5 } } } },
      ["never /when/body/reach"],
    ],
    [
      "of findings that are not counted",
      { when: { kinds: ["recall"], findings: { minor: { atLeast: 1 } } } },
      ["unknown /when/findings"],
    ],
    [
      "of findings of no severity",
      { when: { ...when, findings: { grave: { atLeast: 1 } } } },
      ["unknown /when/findings/grave"],
    ],
    ["of the newest per list", { when: { ...when, newestPer: "items" } }, ["never /when/newestPer"]],
    ["of the newest per unknown", { when: { ...when, newestPer: "samples" } }, ["unknown /when/newestPer"]],
    ["until a field that is no date", { until: "batch" }, ["never /until"]],
    ["until an unknown field", { until: "until" }, ["unknown /until"]],
    ["of a floor that is no grade", { floor: "ugly" }, ["unknown /floor"]],
    ["of a floor that is the best grade", { floor: "good" }, ["no-effect /floor"]],
    ["of 0 points", { points: 0 }, ["no-effect /points"]],
    ["of 0 points once", { once: 0 }, ["no-effect /once"]],
    [
      "of points by an unknown field",
      { points: { by: "grade", values: { a: 1 }, else: 1 } },
      ["unknown /points/values/a"],
    ],
    [
      "of points by a value that never is",
      { points: { by: "severity", values: { "very/bad": 1 }, else: 1 } },
      ["never /points/values/very~1bad"],
    ],
    [
      "of points for findings of no severity",
      { points: { perFinding: { grave: 1 } } },
      ["unknown /points/perFinding/grave"],
    ],
    [
      "of points for each fact of a pass rate",
      { points: 1, if: { passRate: { belowPercent: 50, of: 2 } } },
      ["conflict /if"],
    ],
    [
      "of a pass rate without results",
      { when: { kinds: ["recall"] }, if: { passRate: { belowPercent: 50, of: 2 } } },
      ["unknown /if"],
    ],
    ["of the newest per product", { when: { ...when, newestPer: "product" } }, []],
    [
      "of everything allowed",
      {
        when: {
          kinds: ["penalty"],
          roles: ["maker"],
          body: { offence: ["counterfeit"], amountFen: { atLeast: 1 } },
          newestPer: "offence",
        },
        until: "publishedUntil",
        points: { by: "offence", values: { counterfeit: 2 }, else: 1 },
      },
      [],
    ],
  ])("%s", (_, parts, problems) => {
    const bound = ["fair", "bad"].map((floor) => clause({ id: floor, when, floor }));
    const rule = clause({ when, ...(parts.points === undefined ? { floor: "fair" } : {}), ...parts });
    const found = problemsOf(rulebookOf(...bound, rule));
    expect(found).toEqual(problems.map((problem) => problem.replace(" ", " /clauses/2")));
  });

  test("has an id of its own", () => {
    const rule = clause({ when, points: 1 });
    expect(problemsOf(rulebookOf(rule, rule))).toEqual(["duplicate /clauses/1"]);
  });
});
