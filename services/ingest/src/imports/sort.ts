/** The first half of an import: every row read, its facts put under their days, what is wrong with it written down. */
import type { Door } from "@sanfen/events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RecordCheck } from "../catalogue/catalogue.ts";
import type { Table, TableRow } from "../csv/table.ts";
import type { Mapping, RowReader } from "../mapping/compile.ts";
import type { Json } from "../mapping/mapping.ts";
import { FactsByDay } from "./days.ts";
import { faultOf, ImportFault, SHOWN_PROBLEMS, type ImportProblem } from "./import.ts";
import type { NamedFact } from "./named.ts";
import { notRepeated, RejectWriter } from "./rejects.ts";

export interface SortOptions {
  readonly table: Table;
  readonly mapping: Mapping;
  readonly door: Door;
  readonly partitions: number;
  readonly rejectsFile: string;
  /** What is wrong with a row of a catalogue or a roster. */
  readonly checkRecord: RecordCheck;
  readonly signal: AbortSignal;
  /** Told after every batch. */
  readonly progress: (counts: RowCounts) => void;
}

interface RowCounts {
  rows: number;
  accepted: number;
  rejected: number;
  skipped: number;
  facts: number;
  /** The first few. */
  readonly problems: ImportProblem[];
}

/** What is held of a row until its day comes takes some hundred bytes; more rows come in several files. */
const MAX_ROWS = 2_000_000;

/** Faults of the bytes: they end a table, and take nothing from the rows before. */
const ENDS_EARLY: ReadonlySet<string> = new Set(["broken-gzip", "bomb"]);

export interface Sorted {
  readonly days: FactsByDay;
  /** Facts whose enterprise is still to be found. */
  readonly named: readonly NamedFact[];
  /** Rows of a catalogue or a roster. */
  readonly records: readonly TableRecord[];
  readonly counts: RowCounts;
}

interface TableRecord {
  readonly row: number;
  readonly record: Readonly<Record<string, Json>>;
}

/**
 * Rejects with ImportFault where nothing can be done with the file, and as the file system does. A file that breaks off,
 * or grows without bound, gives the rows up to there, and a problem that says so.
 */
export async function sortRows(options: SortOptions): Promise<Sorted> {
  const { table, mapping, door, signal } = options;
  const bound = mapping.bind(table.header, door);
  if ("problems" in bound) {
    const [first] = bound.problems;
    const detail = bound.problems.map((problem) => `${problem.column}: ${problem.detail}`).join("; ");
    throw faultOf(first!.code, detail, 1, first!.column);
  }
  const counts: RowCounts = { rows: 0, accepted: 0, rejected: 0, skipped: 0, facts: 0, problems: [] };
  const sorted = {
    days: new FactsByDay(options.partitions),
    named: [] as NamedFact[],
    records: [] as TableRecord[],
    counts,
  };
  const rejects = new RejectWriter(options.rejectsFile, table.header);
  let lastRow = 1;
  try {
    for await (const batch of table.rows) {
      signal.throwIfAborted();
      for (const row of batch) {
        const problems = takeRow(row, bound.read, options.checkRecord, sorted);
        if (problems.length > 0) await rejects.write(row, problems);
        lastRow = row.row;
      }
      if (counts.rows > MAX_ROWS) throw faultOf("too-many-rows", `a file has ${MAX_ROWS} rows at most`);
      options.progress(counts);
      // A fast disk would keep this loop going without a turn for anybody else.
      await nextTurn();
    }
  } catch (error) {
    if (!(error instanceof ImportFault)) throw error;
    const problem = { ...error.problem, row: lastRow + 1 };
    // The rows up to there are whole.
    if (!ENDS_EARLY.has(problem.code)) throw new ImportFault(problem);
    note(counts, [{ ...problem, detail: `${problem.detail}; the rows before are taken` }]);
  } finally {
    await rejects.end();
  }
  options.progress(counts);
  return sorted;
}

/** What is wrong with a row; empty when what it says was taken. */
function takeRow(
  row: TableRow,
  read: RowReader,
  checkRecord: RecordCheck,
  { days, named, records, counts }: { days: FactsByDay; named: NamedFact[]; records: TableRecord[]; counts: RowCounts },
): readonly ImportProblem[] {
  counts.rows += 1;
  if ("code" in row) {
    const { row: number, column, code, detail } = row;
    return note(counts, [{ row: number, column, code, detail: `${detail} (${notRepeated(number)})` }], true);
  }
  const outcome = read(row.cells);
  if ("skipped" in outcome) {
    counts.skipped += 1;
    return [];
  }
  if ("problems" in outcome) {
    const problems = outcome.problems.map((problem) => ({ row: row.row, ...problem }));
    return note(counts, problems, true);
  }
  const wrong = "record" in outcome ? checkRecord(outcome.record) : [];
  if (wrong.length > 0) {
    return note(
      counts,
      wrong.map((problem) => ({ row: row.row, ...problem })),
      true,
    );
  }
  counts.accepted += 1;
  if ("record" in outcome) {
    records.push({ row: row.row, record: outcome.record });
    return [];
  }
  counts.facts += outcome.facts.length;
  const day = outcome.facts.reduce((last, { fact }) => Math.max(last, fact.occurredOn), -Infinity);
  for (const mapped of outcome.facts) {
    const { fact, rule, repeat, says, match } = mapped;
    if (match) named.push({ row: row.row, day, mapped: { ...mapped, match } });
    else days.add({ fact, day, rule, repeat, says });
  }
  return [];
}

function note(counts: RowCounts, problems: readonly ImportProblem[], isRow = false): readonly ImportProblem[] {
  if (isRow) counts.rejected += 1;
  counts.problems.push(...problems.slice(0, SHOWN_PROBLEMS - counts.problems.length));
  return problems;
}
