/** A row as a mapping reads it. */

export interface RowProblem {
  /** Column in the file's own words; empty where the whole row is meant. */
  readonly column: string;
  readonly code: string;
  readonly detail: string;
}

export interface MappedRow {
  /** Trimmed text of a column of the mapping; empty where the file has no such column. */
  cell(column: string): string;
  report(problem: RowProblem): void;
}

/** Texts that differ in nothing but width, case or blanks around them are one to lookups and headers. */
export function plain(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

/** A number as tables write it. */
export const DECIMAL: RegExp = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;

const LONGEST_QUOTE = 60;

/** A cell as a message shows it. */
export function quoteCell(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
