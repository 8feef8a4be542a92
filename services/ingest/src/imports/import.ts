/** What is known of an import, as it is stored and answered. */
import type { Encoding } from "../csv/parse.ts";

export const IMPORT_STATES = ["receiving", "sorting", "running", "done", "failed"] as const;
type ImportState = (typeof IMPORT_STATES)[number];

export interface ImportProblem {
  /** Row of the file, from 1 (the header); 0 where it is the file as a whole. */
  readonly row: number;
  readonly column: string;
  readonly code: string;
  readonly detail: string;
}

export interface ImportRecord {
  readonly id: string;
  /** Name of the mapping. */
  readonly mapping: string;
  readonly fileName: string;
  readonly encoding: Encoding;
  /** Only looked through: nothing goes into the log. */
  readonly dryRun: boolean;
  readonly state: ImportState;
  /** Size of what was sent, in bytes, and how much of it has been read. */
  readonly bytes: number;
  readonly bytesRead: number;
  /** Rows read, without the header: accepted, rejected and skipped together. */
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly skipped: number;
  /** Facts that the rows gave, and how many of them were appended: new ones and known ones, which merge. */
  readonly facts: number;
  readonly appended: number;
  /** Facts whose enterprise was not found by its name: they wait in the list of the unmatched. */
  readonly unmatched: number;
  /** Instants, RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** The first few; all of the rejected rows are in the file of rejects. */
  readonly problems: readonly ImportProblem[];
  /** What it waits for, while it does. */
  readonly waiting: string | null;
  /** For `?after=`, once facts are in the log. */
  readonly after: string | null;
}

export const SHOWN_PROBLEMS = 20;

export function isFinished({ state }: Pick<ImportRecord, "state">): boolean {
  return state === "done" || state === "failed";
}

/** An import that was cut off, as it is taken up again: from its file, as if for the first time. */
export function begunAgain(record: ImportRecord): ImportRecord {
  return {
    ...record,
    state: "sorting",
    bytesRead: 0,
    rows: 0,
    accepted: 0,
    rejected: 0,
    skipped: 0,
    facts: 0,
    appended: 0,
    unmatched: 0,
    finishedAt: null,
    problems: [],
    waiting: null,
    after: null,
  };
}

/** Why an import cannot go on, whatever is tried again: a mistake in the file, or no room for it. */
export class ImportFault extends Error {
  readonly problem: ImportProblem;
  constructor(problem: ImportProblem) {
    super(problem.detail);
    this.name = "ImportFault";
    this.problem = problem;
  }
}

export function faultOf(code: string, detail: string, row = 0, column = ""): ImportFault {
  return new ImportFault({ row, column, code, detail });
}
