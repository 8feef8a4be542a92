/** A mapping made ready: rows in, facts or what is wrong with the row out. Pure. */
import { admitFact, type Door, type Fact } from "@sanfen/events";
import type { Problem } from "@sanfen/model";
import { compileCondition, type Condition } from "./condition.ts";
import { bindHeader, type Header } from "./header.ts";
import type { Json, MappingDocument, Repeat, RuleDocument, ValueDocument } from "./mapping.ts";
import type { MappedRow, RowProblem } from "./row.ts";
import { compileValue, type Value } from "./value.ts";

/** A fact that a row yields. */
export interface MappedFact {
  readonly fact: Fact;
  readonly rule: string;
  readonly repeat: Repeat;
  /** What it says beside id and day, as text: equal where nothing changed. Only kept for `whenChanged`. */
  readonly says: string;
  /** The enterprise as the table names it, where that is all there is; the fact's subject is then still to be found. */
  readonly match: Named | undefined;
  /** The fact as it came from the row. */
  readonly json: Readonly<Record<string, Json>>;
}

export interface Named {
  readonly name: string;
  readonly address: string;
}

export type MappedOutcome =
  | { readonly facts: readonly MappedFact[] }
  /** A row of a catalogue or a roster, which gives no facts. */
  | { readonly record: Readonly<Record<string, Json>> }
  | { readonly skipped: true }
  | { readonly problems: readonly RowProblem[] };

/** Reads the rows of one file, whose header is known. */
export type RowReader = (cells: readonly string[]) => MappedOutcome;

export interface Mapping {
  readonly document: MappingDocument;
  /** Whether enterprises are to be found by name. */
  readonly matches: boolean;
  /** What is wrong with a file's header, or how its rows are read. All of a row's facts go in, or none. */
  bind(
    header: readonly string[],
    door: Door,
  ): { readonly read: RowReader } | { readonly problems: readonly RowProblem[] };
}

interface Rule {
  readonly name: string;
  readonly repeat: Repeat;
  readonly when: Condition | undefined;
  readonly make: (row: MappedRow) => Record<string, Json>;
  readonly named: ((row: MappedRow) => Named) | undefined;
  /** Columns behind each member of the fact, and of its body, by JSON pointer. */
  readonly columnsOf: ReadonlyMap<string, readonly string[]>;
}

/** Compiles a mapping that the schema accepts, or says what is wrong with it beyond its form. */
export function compileMapping(document: MappingDocument): { mapping: Mapping } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const known = new Set(Object.keys(document.columns));
  const noteAt = (pointer: string) => (column: string) => {
    if (!known.has(column)) {
      problems.push({ pointer, code: "unknown-column", detail: `${column} is not among the columns of the mapping` });
    }
  };
  const skipWhen = document.skipWhen && compileCondition(document.skipWhen, noteAt("/skipWhen"));
  const rules = (document.facts ?? []).flatMap((rule, i) => {
    const pointer = `/facts/${i}`;
    try {
      return [compileRule(rule, document.source, noteAt(pointer))];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push({ pointer, code: "value", detail: error.message });
      return [];
    }
  });
  const record = recordOf(document, noteAt);
  if (problems.length > 0) return { problems };
  return {
    mapping: {
      document,
      matches: rules.some(({ named }) => named !== undefined),
      bind: (header, door) => {
        const bound = bindHeader(document, header);
        return "problems" in bound ? bound : { read: rowReader(bound.header, { rules, record, skipWhen }, door) };
      },
    },
  };
}

/** What a row of a catalogue or a roster is made of. */
function recordOf(
  { product, officer }: MappingDocument,
  noteAt: (pointer: string) => (column: string) => void,
): Members | undefined {
  const members = product ?? officer;
  return members && compileMembers(members, () => noteAt(product ? "/product" : "/officer"));
}

function compileRule(document: RuleDocument, source: string, note: (column: string) => void): Rule {
  const columnsOf = new Map<string, string[]>();
  const collect = (pointer: string) => (column: string) => {
    note(column);
    const columns = columnsOf.get(pointer) ?? [];
    if (!columns.includes(column)) columnsOf.set(pointer, [...columns, column]);
  };
  const { body, ...members } = document.fact;
  const makers = compileMembers(members, (name) => collect(`/${name}`));
  const bodyMakers = isMembers(body) ? compileMembers(body, (name) => collect(`/body/${name}`)) : [];
  const when = document.when && compileCondition(document.when, note);
  return {
    name: document.name,
    repeat: document.repeat ?? "always",
    when,
    make: (row) => {
      const fact = makeMembers(makers, row, { source });
      if (body !== undefined) fact["body"] = makeMembers(bodyMakers, row, {});
      return fact;
    },
    named: document.match && compileNamed(document.match, collect("/subject")),
    columnsOf,
  };
}

function compileNamed(
  match: NonNullable<RuleDocument["match"]>,
  columns: (name: string) => void,
): (row: MappedRow) => Named {
  const name = compileValue(match.name, columns);
  const address = compileValue(match.address, columns);
  return (row) => ({ name: textOf(name(row)), address: textOf(address(row)) });
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

type Members = readonly (readonly [name: string, value: Value])[];

function isMembers(body: ValueDocument | undefined): body is Readonly<Record<string, ValueDocument>> {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function compileMembers(
  members: Readonly<Record<string, ValueDocument>>,
  collectFor: (name: string) => (column: string) => void,
): Members {
  return Object.entries(members).map(([name, value]) => [name, compileValue(value, collectFor(name))]);
}

function makeMembers(members: Members, row: MappedRow, object: Record<string, Json>): Record<string, Json> {
  for (const [name, valueOf] of members) {
    const value = valueOf(row);
    if (value !== undefined) object[name] = value;
  }
  return object;
}

interface Reading {
  readonly rules: readonly Rule[];
  readonly record: Members | undefined;
  readonly skipWhen: Condition | undefined;
}

/** Stands for the enterprise that is still to be found. */
const UNKNOWN_SUBJECT = "?";

function rowReader(header: Header, { rules, record, skipWhen }: Reading, door: Door): RowReader {
  const openDoor: Door = { ...door, whyNotEnterpriseId: () => undefined };
  return (cells) => {
    const problems: RowProblem[] = [];
    const row: MappedRow = {
      cell: (column) => header.cell(cells, column),
      report: (problem) => problems.push({ ...problem, column: header.nameOf(problem.column) }),
    };
    const isSkipped = skipWhen?.(row);
    // Nothing follows from a condition on a cell that is wrong.
    if (problems.length > 0) return { problems: withoutRepeats(problems) };
    if (isSkipped) return { skipped: true };
    if (record) {
      const made = makeMembers(record, row, {});
      return problems.length > 0 ? { problems: withoutRepeats(problems) } : { record: made };
    }
    const facts: MappedFact[] = [];
    for (const rule of rules) {
      if (rule.when && !rule.when(row)) continue;
      const before = problems.length;
      const json = rule.make(row);
      const match = rule.named?.(row);
      if (match?.name === "") row.report(noName(rule));
      // What the cells are wrong in, the door would say again of the members that are missing for it.
      if (problems.length > before) continue;
      const admission = match ? admitFact({ ...json, subject: UNKNOWN_SUBJECT }, openDoor) : admitFact(json, door);
      if ("fact" in admission) {
        const { name, repeat } = rule;
        facts.push({ fact: admission.fact, rule: name, repeat, says: saysOf(repeat, json), match, json });
      } else {
        problems.push(...admission.problems.map((problem) => rowProblem(problem, rule, header)));
      }
    }
    return problems.length > 0 ? { problems: withoutRepeats(problems) } : { facts };
  };
}

function noName({ name, columnsOf }: Rule): RowProblem {
  const [column = ""] = columnsOf.get("/subject") ?? [];
  return { column, code: "required", detail: `${name}: the enterprise is not named` };
}

/** A cell that several facts were made of is wrong once. */
function withoutRepeats(problems: readonly RowProblem[]): readonly RowProblem[] {
  const seen = new Map(problems.toReversed().map((problem) => [`${problem.column} ${problem.code}`, problem]));
  return problems.filter((problem) => seen.get(`${problem.column} ${problem.code}`) === problem);
}

function saysOf(repeat: Repeat, { id: _id, occurredOn: _day, ...rest }: Record<string, Json>): string {
  return repeat === "whenChanged" ? JSON.stringify(rest) : "";
}

/** A problem of the fact as one of the row: at the columns that its member was made of. */
function rowProblem({ pointer, code, detail }: Problem, rule: Rule, header: Header): RowProblem {
  const steps = pointer.split("/");
  const columns =
    rule.columnsOf.get(steps.slice(0, 3).join("/")) ?? rule.columnsOf.get(steps.slice(0, 2).join("/")) ?? [];
  const column = columns.map((name) => header.nameOf(name)).join(", ");
  return { column, code, detail: `${rule.name} ${pointer}: ${detail}` };
}
