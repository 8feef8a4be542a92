/** The first sheet of an xlsx workbook as a table. */
import { InvalidSpreadsheetError, readSheet as readCells } from "read-excel-file/node";
import { readBack } from "../csv/read-back.ts";
import type { NoTable, Table, TableLimits, TableRow } from "../csv/table.ts";
import { TABLE_LIMITS } from "../csv/table.ts";
import { zipProblem, type ZipLimits } from "./bounded.ts";

/**
 * A workbook is held whole while it is read, some times its size; larger tables come as CSV, which is read as it
 * comes.
 */
const WORKBOOK_LIMITS: ZipLimits = { entries: 1_000, bytes: 32 * 1_048_576 };

/** Reads the sheet; dates become `YYYY-MM-DD`, numbers stay as they are written. Rejects as the file system does. */
export async function readSheet(
  file: string,
  zipLimits: ZipLimits = WORKBOOK_LIMITS,
  limits: TableLimits = TABLE_LIMITS,
): Promise<Table | NoTable> {
  const problem = await zipProblem(file, zipLimits);
  if (problem) return problem;
  let rows: readonly (readonly string[])[];
  try {
    const cells = await readCells<string>(file, { trim: false, parseNumber: (text) => text });
    rows = cells.map((row) => (row as readonly Parameters<typeof textOf>[0][]).map(textOf));
  } catch (error) {
    // What it throws for a zip that is no workbook, or one with broken parts, is of no one kind.
    const detail = error instanceof Error ? error.message : String(error);
    return {
      code: error instanceof InvalidSpreadsheetError ? "no-workbook" : "broken-workbook",
      detail: `the file is not a workbook that can be read: ${detail}`,
    };
  }
  const [header, ...rest] = rows;
  if (!header) return { code: "empty", detail: "the sheet holds nothing" };
  return { header, rows: inBatches(header, rest, limits) };
}

const BATCH_ROWS = 256;

async function* inBatches(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  limits: TableLimits,
): AsyncGenerator<readonly TableRow[]> {
  for (let i = 0; i < rows.length; i += BATCH_ROWS) {
    const batch = rows
      .slice(i, i + BATCH_ROWS)
      .map((cells, j) => withinLimits(cells, i + j + 2, limits))
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
    yield readBack(batch, header);
  }
}

function withinLimits(cells: readonly string[], row: number, { cells: most, cellCharacters }: TableLimits): TableRow {
  const whole = cells.length <= most && cells.every((cell) => cell.length <= cellCharacters);
  if (whole) return { row, cells };
  const cut = cells.slice(0, most).map((cell) => cell.slice(0, cellCharacters));
  return cells.length > most
    ? {
        row,
        column: "",
        code: "cells",
        detail: `the row has ${cells.length} cells; ${most} are read at most`,
        cells: cut,
      }
    : {
        row,
        column: "",
        code: "cell-too-long",
        detail: `a cell has more than ${cellCharacters} characters`,
        cells: cut,
      };
}

function textOf(cell: string | number | boolean | Date | null): string {
  if (cell === null) return "";
  // A workbook's dates have no zone; the library gives them as if they were UTC.
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? "" : cell.toISOString().slice(0, 10);
  return typeof cell === "string" ? cell : String(cell);
}
