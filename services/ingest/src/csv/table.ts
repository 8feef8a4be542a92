/** A CSV as a table: its header, then its rows in batches, good and bad, in bounded memory. */
import { parseRecords, type BadRow, type CellLimits, type Encoding, type ParsedRow } from "./parse.ts";
import { RecordSplitter, type RawRecord, type RecordFault } from "./records.ts";
import { readBack } from "./read-back.ts";

export interface TableLimits extends CellLimits {
  readonly recordBytes: number;
}

export const TABLE_LIMITS: TableLimits = { cells: 512, cellCharacters: 16_384, recordBytes: 65_536 };

/** A row that could not be read, in the table's own columns as far as they go. */
export interface UnreadRow {
  readonly row: number;
  /** Name of the column in the header; empty where the whole row is meant. */
  readonly column: string;
  readonly code: BadRow["code"] | RecordFault["code"] | "left-out";
  readonly detail: string;
  readonly cells: readonly string[];
}

export type TableRow = ParsedRow | UnreadRow;

export interface Table {
  readonly header: readonly string[];
  /** Batches of rows, in order; row 1 is the header. */
  readonly rows: AsyncIterable<readonly TableRow[]>;
}

/** Why there is no table. */
export interface NoTable {
  readonly code: string;
  readonly detail: string;
}

const BATCH_ROWS = 256;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads the header; the rows are read as they are asked for. Rejects as the source does. */
export async function readTable(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  limits: TableLimits = TABLE_LIMITS,
): Promise<Table | NoTable> {
  const records = splitRecords(source, limits.recordBytes);
  const first = await records.next();
  if (first.done) return { code: "empty", detail: "the file holds nothing" };
  const [head, ...rest] = first.value;
  if (!head) return { code: "empty", detail: "the file holds nothing" };
  if ("code" in head) return { code: "header", detail: `the header cannot be read: ${head.detail}` };
  const bytes = encoding === "utf-8" && head.bytes.subarray(0, 3).equals(BOM) ? head.bytes.subarray(3) : head.bytes;
  if (looksLikeUtf16(bytes))
    return { code: "utf-16", detail: "the file is UTF-16: save it as UTF-8 (CSV UTF-8) and try again" };
  const [parsed] = parseRecords([{ row: head.row, bytes }], encoding, limits);
  if (!parsed || "code" in parsed) {
    return { code: "header", detail: `the header cannot be read: ${parsed?.detail ?? "there is none"}` };
  }
  const header = parsed.cells;
  return { header, rows: readRows(rest, records, header, encoding, limits) };
}

async function* splitRecords(
  source: AsyncIterable<Uint8Array>,
  recordBytes: number,
): AsyncGenerator<readonly (RawRecord | RecordFault)[], undefined, void> {
  const splitter = new RecordSplitter(recordBytes);
  for await (const chunk of source) {
    const records = splitter.push(chunk);
    for (let i = 0; i < records.length; i += BATCH_ROWS) yield records.slice(i, i + BATCH_ROWS);
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
  return undefined;
}

async function* readRows(
  first: readonly (RawRecord | RecordFault)[],
  records: AsyncIterable<readonly (RawRecord | RecordFault)[]>,
  header: readonly string[],
  encoding: Encoding,
  limits: TableLimits,
): AsyncGenerator<readonly TableRow[], void, void> {
  function rowsOf(batch: readonly (RawRecord | RecordFault)[]): readonly TableRow[] {
    const whole = batch.filter((record): record is RawRecord => !("code" in record) && !isBlank(record.bytes));
    const unread = batch.flatMap((record) => ("code" in record ? [unreadRecord(record, encoding)] : []));
    const parsed = parseRecords(whole, encoding, limits).map((row): TableRow => {
      if ("code" in row) return named(row, header);
      return row.cells.length > header.length ? surplus(row, header) : row;
    });
    const rows = unread.length === 0 ? parsed : [...parsed, ...unread].sort((a, b) => a.row - b.row);
    return readBack(rows, header);
  }
  if (first.length > 0) yield rowsOf(first);
  for await (const batch of records) yield rowsOf(batch);
}

/** In a row that was read with more cells than the header, they stand under wrong names: a comma without quotes, say. */
function surplus({ row, cells }: ParsedRow, header: readonly string[]): UnreadRow {
  const detail = `the row has ${cells.length} cells and the header ${header.length}: a cell with a comma in it wants quotes`;
  return { row, column: "", code: "cells", detail, cells };
}

function unreadRecord({ row, code, detail, bytes }: RecordFault, encoding: Encoding): UnreadRow {
  return { row, column: "", code, detail, cells: [new TextDecoder(encoding).decode(bytes)] };
}

function named({ row, place, code, detail, cells }: BadRow, header: readonly string[]): UnreadRow {
  return { row, column: place === undefined ? "" : (header[place] ?? `column ${place + 1}`), code, detail, cells };
}

function isBlank(bytes: Buffer): boolean {
  // Of cells without any text, as spreadsheets write below their last row.
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x2c);
}

function looksLikeUtf16(bytes: Buffer): boolean {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfffe || mark === 0xfeff || bytes.includes(0);
}
