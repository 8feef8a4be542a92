/** Records of a CSV as cells. Pure. */
import { isUtf8 } from "node:buffer";
import { parse } from "csv-parse/sync";
import type { RawRecord } from "./records.ts";

export const ENCODINGS = ["utf-8", "gb18030"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface CellLimits {
  readonly cells: number;
  /** UTF-16 units. */
  readonly cellCharacters: number;
}

export interface ParsedRow {
  readonly row: number;
  readonly cells: readonly string[];
}

export interface BadRow {
  readonly row: number;
  /** Place of the cell that is wrong, from 0; undefined where it is the whole row. */
  readonly place?: number;
  readonly code: "encoding" | "unreadable" | "cells" | "cell-too-long";
  readonly detail: string;
  /** What could be read of it. */
  readonly cells: readonly string[];
}

/** Reads records as rows, each on its own: one that cannot be read costs no other. */
export function parseRecords(
  records: readonly RawRecord[],
  encoding: Encoding,
  limits: CellLimits,
): (ParsedRow | BadRow)[] {
  const text = decodeAll(records, encoding);
  const rows = text === undefined ? undefined : parseText(text);
  if (rows?.length === records.length)
    return records.map(({ row }, i) => withinLimits({ row, cells: rows[i]! }, limits));
  return records.map((record) => parseRecord(record, encoding, limits));
}

/** The text of all records, one a line; undefined where any of them is not in the encoding. */
function decodeAll(records: readonly RawRecord[], encoding: Encoding): string | undefined {
  const newline = Buffer.from("\n");
  const bytes = Buffer.concat(records.flatMap((record) => [record.bytes, newline]));
  return decode(bytes, encoding);
}

const gb18030 = new TextDecoder("gb18030", { fatal: true });

function decode(bytes: Buffer, encoding: Encoding): string | undefined {
  if (encoding === "utf-8") return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  try {
    return gb18030.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Undefined where the parser gives up. Quotes within a cell are text (19" rack), as spreadsheets have it. */
function parseText(text: string): string[][] | undefined {
  try {
    return parse(text, { record_delimiter: "\n", relax_column_count: true, relax_quotes: true });
  } catch {
    // Its errors tell of the whole text; each record is then parsed alone, and the error is told of that one.
    return undefined;
  }
}

function parseRecord({ row, bytes }: RawRecord, encoding: Encoding, limits: CellLimits): ParsedRow | BadRow {
  const text = decode(bytes, encoding);
  if (text === undefined) {
    const lossy = new TextDecoder(encoding).decode(bytes);
    const cells = parseText(lossy)?.[0] ?? [lossy];
    const place = cells.findIndex((cell) => cell.includes("\uFFFD"));
    return {
      row,
      ...(place >= 0 && { place }),
      code: "encoding",
      detail: `the bytes are not ${encoding === "utf-8" ? "UTF-8; if the file is GB 18030, say encoding=gb18030" : "GB 18030"}`,
      cells,
    };
  }
  const rows = parseText(text);
  if (rows?.length !== 1) {
    return { row, code: "unreadable", detail: "the row cannot be read as cells: see its quotes", cells: [text] };
  }
  return withinLimits({ row, cells: rows[0]! }, limits);
}

function withinLimits(parsed: ParsedRow, { cells: most, cellCharacters }: CellLimits): ParsedRow | BadRow {
  const { row, cells } = parsed;
  if (cells.length > most) {
    return {
      row,
      code: "cells",
      detail: `the row has ${cells.length} cells; ${most} are read at most`,
      cells: cells.slice(0, most),
    };
  }
  const place = cells.findIndex((cell) => cell.length > cellCharacters);
  if (place < 0) return parsed;
  const detail = `the cell has ${cells[place]!.length} characters; ${cellCharacters} are read at most`;
  return { row, place, code: "cell-too-long", detail, cells: cells.map((cell) => cell.slice(0, cellCharacters)) };
}
