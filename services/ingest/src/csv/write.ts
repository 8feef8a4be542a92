/** CSV as spreadsheets read it safely. Pure. */

/** Columns that a file of rejected rows has beside those of its source. */
export const REJECT_COLUMNS = ["sanfen_row", "sanfen_column", "sanfen_reason"] as const;

/** Begins files that are meant for spreadsheets, which would else take Chinese for another encoding. */
export const CSV_BOM = "\uFEFF";

const FORMULA = /^[=+\-@\t\r]/;
const ESCAPED = /^'[=+\-@\t\r]/;

/** A cell that a spreadsheet would take for a formula, as a text (an apostrophe before it). */
function escapeCell(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

export function unescapeCell(cell: string): string {
  return ESCAPED.test(cell) ? cell.slice(1) : cell;
}

/** A line of CSV (RFC 4180) with its line end; formulas are escaped. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const text = escapeCell(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(",")}\r\n`;
}
