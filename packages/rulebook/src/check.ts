import type { Problem } from "@sanfen/model";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { checkClause } from "./check-clause.ts";
import { checkBands, checkKnown, checkUnique, problem } from "./check-parts.ts";
import { MOST_POINTS } from "./clause.ts";
import type { Clause, GradeRule, Rulebook } from "./rulebook.ts";
import schema from "./rulebook.schema.json" with { type: "json" };

// strictTypes and strictRequired want each subschema complete by itself, which `anyOf: [{required}]` is not.
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  schema,
);

/** More are not read by anyone, and a document of nonsense has millions. */
const MOST_PROBLEMS = 100;

/** Colours from best to worst: bands of rising shares must run this way. */
const WORSENING = ["green", "blue", "yellow", "orange", "red"];

/**
 * Whether a document is a rulebook that can be bound: its form by JSON Schema (code `form`), and where that is right,
 * what the parts say of each other. Every problem has a JSON pointer into the document; none is thrown.
 */
export function checkRulebook(document: unknown): { rulebook: Rulebook } | { problems: readonly Problem[] } {
  if (!validate(document)) return { problems: (validate.errors ?? []).slice(0, MOST_PROBLEMS).map(formProblem) };
  // The schema is the written form of this type.
  const rulebook = document as unknown as Rulebook;
  const problems = [
    ...checkTiers(rulebook),
    ...rulebook.clauses.flatMap((clause, i) => checkClause(rulebook, clause, `/clauses/${i}`)),
    ...checkUnique(rulebook.clauses, "/clauses"),
    ...checkGrades(rulebook),
    ...checkRegions(rulebook),
    ...checkSupervision(rulebook),
    ...checkIndex(rulebook),
    ...checkNotes(rulebook),
  ];
  return problems.length > 0 ? { problems } : { rulebook };
}

function formProblem({ instancePath, message, params }: ErrorObject): Problem {
  const named: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  const detail = message ?? "does not have the form of a rulebook";
  return problem(instancePath, "form", typeof named === "string" ? `${detail}: ${named}` : detail);
}

function checkTiers({ tiers }: Rulebook): Problem[] {
  return [
    ...checkUnique(tiers.list, "/tiers/list"),
    ...checkKnown([tiers.default], tiers.list, () => "/tiers/default", "tier"),
  ];
}

function checkGrades({ grades, healthCode, clauses }: Rulebook): Problem[] {
  const { list } = grades;
  const coloured = Object.keys(healthCode.byGrade);
  const problems = [
    ...checkUnique(list, "/grades/list"),
    ...checkBands(
      list.map(({ score }) => score),
      (i) => `/grades/list/${i}/score`,
    ),
    ...checkKnown(coloured, list, (i) => `/healthCode/byGrade/${coloured[i]}`, "grade"),
  ];
  for (const { id } of list) {
    if (!coloured.includes(id)) {
      problems.push(problem("/healthCode/byGrade", "missing", `grade ${id} has no health code`));
    }
  }
  const reachable = clauses.reduce((sum, clause) => sum + mostPoints(clause), 0);
  for (const [i, grade] of list.entries()) {
    if (grade.score.from <= reachable || clauses.some(({ floor }) => floor === grade.id)) continue;
    problems.push(unreachable(grade, reachable, i));
  }
  return problems;
}

function unreachable({ id, score }: GradeRule, reachable: number, i: number): Problem {
  const detail = `grade ${id} begins at ${score.from} points, but all clauses together reach ${reachable}, and none sets it as a floor`;
  return problem(`/grades/list/${i}`, "unreachable", detail);
}

/** The most that a clause can add to a score. */
function mostPoints({ points, repeat, once = 0, cap = MOST_POINTS }: Clause): number {
  if (points === undefined) return Math.max(0, once);
  const values =
    typeof points === "number"
      ? [points]
      : "perFinding" in points
        ? Object.values(points.perFinding)
        : [points.else, ...Object.values(points.values)];
  return repeat !== undefined || values.some((value) => value > 0) ? cap : Math.max(0, Math.min(cap, once));
}

function checkRegions({ regions, grades }: Rulebook): Problem[] {
  const problems = checkKnown(regions.grades, grades.list, (i) => `/regions/grades/${i}`, "grade");
  if (grades.list.every(({ id }) => regions.grades.includes(id))) {
    problems.push(problem("/regions/grades", "constant", "the share of all grades is always 1"));
  }
  const seen = new Set<string>();
  for (const [i, { levels, bands }] of regions.scales.entries()) {
    const at = `/regions/scales/${i}`;
    for (const [j, level] of levels.entries()) {
      if (seen.has(level)) {
        problems.push(problem(`${at}/levels/${j}`, "duplicate", `level ${level} has a scale already`));
      }
      seen.add(level);
    }
    problems.push(...checkBands(bands, (j) => `${at}/bands/${j}`));
    for (const [j, band] of bands.entries()) {
      const before = bands[j - 1];
      if (before && WORSENING.indexOf(band.colour) <= WORSENING.indexOf(before.colour)) {
        const detail = `${band.colour} is no worse than ${before.colour}, which stands for a smaller share`;
        problems.push(problem(`${at}/bands/${j}/colour`, "order", detail));
      }
      if (band.from > 1000) {
        problems.push(problem(`${at}/bands/${j}/from`, "unreachable", "no share is above 1000 per mille"));
      }
    }
  }
  return problems;
}

function checkSupervision({ supervision, tiers, grades }: Rulebook): Problem[] {
  if (!supervision) return [];
  const { modes, cells } = supervision;
  const problems = checkUnique(modes, "/supervision/modes");
  const rows = Object.keys(cells);
  problems.push(...checkKnown(rows, tiers.list, (i) => `/supervision/cells/${rows[i]}`, "tier"));
  const used = new Set<string>();
  for (const { id: tier } of tiers.list) {
    const row = cells[tier];
    if (!row) {
      problems.push(problem("/supervision/cells", "missing", `tier ${tier} has no modes`));
      continue;
    }
    const at = `/supervision/cells/${tier}`;
    const columns = Object.keys(row);
    problems.push(...checkKnown(columns, grades.list, (i) => `${at}/${columns[i]}`, "grade"));
    problems.push(...checkKnown(Object.values(row), modes, (i) => `${at}/${columns[i]}`, "mode"));
    for (const { id: grade } of grades.list) {
      if (!columns.includes(grade)) problems.push(problem(at, "missing", `grade ${grade} has no mode`));
    }
    for (const mode of Object.values(row)) used.add(mode);
  }
  for (const [i, { id }] of modes.entries()) {
    if (!used.has(id)) {
      problems.push(problem(`/supervision/modes/${i}`, "unreachable", `no tier and grade has the mode ${id}`));
    }
  }
  return problems;
}

function checkIndex({ index }: Rulebook): Problem[] {
  if (!index) return [];
  const sum = index.parts.reduce((total, { weight }) => total + weight, 0);
  const problems = checkUnique(
    index.parts.map(({ of }) => ({ id: of })),
    "/index/parts",
  );
  if (sum !== 100) problems.push(problem("/index/parts", "sum", `the weights come to ${sum}, not to 100`));
  return problems;
}

function checkNotes(rulebook: Rulebook): Problem[] {
  const { notes, tiers, grades, healthCode, regions, supervision, index, clauses } = rulebook;
  const parts = Object.entries({ tiers, grades, healthCode, regions, supervision, index }).flatMap(([name, part]) =>
    part ? [{ at: `/${name}`, part }] : [],
  );
  const problems: Problem[] = [];
  const used = new Set<string>();
  for (const { at, part } of [...parts, ...clauses.map((part, i) => ({ at: `/clauses/${i}`, part }))]) {
    const standing = part.published === undefined ? "illustrative" : "published";
    const note = part[standing] ?? "";
    used.add(note);
    if (!Object.hasOwn(notes, note)) {
      problems.push(problem(`${at}/${standing}`, "unknown", `there is no note ${note}`));
    }
  }
  for (const note of Object.keys(notes)) {
    if (!used.has(note)) problems.push(problem(`/notes/${note}`, "unused", `nothing names the note ${note}`));
  }
  return problems;
}
