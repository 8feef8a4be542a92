import type { Problem } from "@sanfen/model";
import { checkKnown, problem } from "./check-parts.ts";
import type { Bounds, Clause, Rulebook, Selection } from "./rulebook.ts";
import { FACT_WORDS, ROLES, SEVERITIES, type FieldWords } from "./vocabulary.ts";

/** What a clause names must exist: kinds, roles, fields of every kind it looks at, their values, tiers, grades. */
export function checkClause({ tiers, grades }: Rulebook, clause: Clause, at: string): Problem[] {
  const { when, until, floor } = clause;
  const problems = [
    ...checkWords(when.kinds, [...FACT_WORDS.keys()], `${at}/when/kinds`, "kind of fact"),
    ...checkWords(when.roles ?? [], ROLES, `${at}/when/roles`, "role"),
    ...checkKnown(when.tiers ?? [], tiers.list, (i) => `${at}/when/tiers/${i}`, "tier"),
    ...checkBody(when, `${at}/when/body`),
    ...checkFindings(when, `${at}/when/findings`),
    ...checkPoints(clause, `${at}/points`),
    ...checkCondition(clause, `${at}/if`),
  ];
  const { newestPer } = when;
  if (newestPer !== undefined && newestPer !== "subject" && newestPer !== "product") {
    problems.push(...checkField(when, newestPer, `${at}/when/newestPer`, isPlain));
  }
  if (until !== undefined) problems.push(...checkField(when, until, `${at}/until`, (words) => words === "date"));
  if (floor !== undefined) {
    problems.push(...checkKnown([floor], grades.list, () => `${at}/floor`, "grade"));
    if (floor === grades.list[0]?.id) {
      problems.push(problem(`${at}/floor`, "no-effect", `${floor} is the best grade: nobody is better`));
    }
  }
  return problems;
}

function checkBody(when: Selection, at: string): Problem[] {
  return Object.entries(when.body ?? {}).flatMap(([field, allowed]) => {
    const pointer = `${at}/${escape(field)}`;
    if (!("length" in allowed)) {
      return [...checkField(when, field, pointer, (words) => words === "number"), ...checkBounds(allowed, pointer)];
    }
    return allowed.flatMap((value, i) => checkField(when, field, `${pointer}/${i}`, (words) => admits(words, value)));
  });
}

function checkFindings(when: Selection, at: string): Problem[] {
  const { findings } = when;
  if (!findings) return [];
  return [
    ...checkField(when, "findings", at, (words) => words === "findings"),
    ...checkWords(Object.keys(findings), SEVERITIES, at, "severity", true),
    ...Object.entries(findings).flatMap(([severity, bounds]) => checkBounds(bounds, `${at}/${severity}`)),
  ];
}

function checkPoints({ when, points, once }: Clause, at: string): Problem[] {
  if (points === 0) return [problem(at, "no-effect", "a fact worth 0 points is not counted")];
  if (once === 0) return [problem(at.replace(/points$/, "once"), "no-effect", "0 points change no score")];
  if (points === undefined || typeof points === "number") return [];
  if ("perFinding" in points) {
    return [
      ...checkField(when, "findings", at, (words) => words === "findings"),
      ...checkWords(Object.keys(points.perFinding), SEVERITIES, `${at}/perFinding`, "severity", true),
    ];
  }
  return Object.keys(points.values).flatMap((value) =>
    checkField(when, points.by, `${at}/values/${escape(value)}`, (words) => admits(words, value)),
  );
}

function checkCondition({ when, points, if: condition }: Clause, at: string): Problem[] {
  if (!condition || !("passRate" in condition)) return [];
  const problems = checkField(when, "result", at, isPlain);
  if (points !== undefined) {
    problems.push(problem(at, "conflict", "a pass rate counts passes, too: it adds points once, not per fact"));
  }
  return problems;
}

/** Every kind of the selection must have the field, and words in it that are as they must be. */
function checkField(when: Selection, field: string, at: string, fits: (words: FieldWords) => boolean): Problem[] {
  return when.kinds.flatMap((kind) => {
    const body = FACT_WORDS.get(kind);
    if (!body) return [];
    const words = Object.hasOwn(body, field) ? body[field] : undefined;
    if (words === undefined) return [problem(at, "unknown", `${kind} has no field ${field}`)];
    if (!fits(words)) return [problem(at, "never", `${field} of ${kind} is ${describe(words)}: this never applies`)];
    return [];
  });
}

function checkBounds({ atLeast, below }: Bounds, at: string): Problem[] {
  if (atLeast === undefined || below === undefined || atLeast < below) return [];
  return [problem(at, "never", `no number is at least ${atLeast} and below ${below}`)];
}

function checkWords(
  names: readonly string[],
  known: readonly string[],
  at: string,
  what: string,
  keyed = false,
): Problem[] {
  return checkKnown(
    names,
    known.map((id) => ({ id })),
    (i) => `${at}/${keyed ? escape(names[i]!) : i}`,
    what,
  );
}

function admits(words: FieldWords, value: string | boolean): boolean {
  if (typeof value === "boolean") return words === "boolean";
  return words === "text" || (typeof words !== "string" && words.includes(value));
}

function isPlain(words: FieldWords): boolean {
  return words === "text" || typeof words !== "string";
}

function describe(words: FieldWords): string {
  return typeof words === "string" ? `a ${words}` : `one of ${words.join(", ")}`;
}

/** A name as a segment of a JSON pointer (RFC 6901, section 3). */
function escape(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
