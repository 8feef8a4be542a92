/** Rows of a file of rejects that comes back: see `imports/rejects.ts`. Pure. */
import type { TableRow, UnreadRow } from "./table.ts";
import { REJECT_COLUMNS, unescapeCell } from "./write.ts";

/**
 * Rows of a file of rejects as their table had them: unescaped, and refused where they were left out of it, or still
 * hold what stands for bytes that could not be read. Rows of any other file stay as they are.
 */
export function readBack(rows: readonly TableRow[], header: readonly string[]): readonly TableRow[] {
  if (!REJECT_COLUMNS.every((column) => header.includes(column))) return rows;
  const isOwn = header.map((name) => !REJECT_COLUMNS.some((column) => column === name));
  const number = header.indexOf(REJECT_COLUMNS[0]);
  return rows.map((row) => {
    const back = { ...row, cells: row.cells.map(unescapeCell) };
    if ("code" in back) return back;
    if (back.cells.every((cell, place) => !isOwn[place] || cell.trim() === "")) return leftOut(back, number);
    const place = back.cells.findIndex((cell, i) => isOwn[i] && cell.includes("\uFFFD"));
    if (place < 0) return back;
    const detail = "the cell holds a mark for characters that could not be read: write what it should say";
    return { ...back, column: header[place]!, code: "encoding", detail };
  });
}

function leftOut({ row, cells }: TableRow, number: number): UnreadRow {
  const detail = `the row is not repeated here: mend row ${cells[number] ?? ""} of the file it is from`;
  return { row, column: "", code: "left-out", detail, cells };
}
