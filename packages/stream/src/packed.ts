/**
 * Records, entries and rows on their way between threads: all bytes of a message in one block, which is handed over
 * rather than copied, and the rest by columns. Cloning a thousand small objects takes longer than folding them.
 */
import type { Entry, LogRecord } from "@sanfen/log";
import type { Collection, ColumnValue, Row } from "@sanfen/store";
import type { Sending } from "./bench.ts";

/** Byte strings, one after the other; `ends[i]` is where the i-th ends. */
export interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

export interface PackedRecords {
  readonly offsets: Float64Array<ArrayBuffer>;
  readonly appendedAt: Float64Array<ArrayBuffer>;
  readonly keys: readonly string[];
  readonly values: Block;
}

export interface PackedSending {
  readonly topic: string;
  readonly partition: number;
  readonly keys: readonly string[];
  /** The same few objects again and again, which a clone keeps. */
  readonly headers: readonly Entry["headers"][];
  readonly values: Block;
}

/** Rows of one collection, encoded. */
export interface PackedRows {
  readonly collection: string;
  readonly partition: number;
  readonly epoch: number;
  readonly ids: readonly string[];
  readonly at: Float64Array<ArrayBuffer>;
  /** By name of the column; empty for rows on their way to a machine. */
  readonly columns: Readonly<Record<string, readonly ColumnValue[]>>;
  readonly bodies: Block;
}

/** A row's document as it is stored. */
export interface Raw {
  readonly bytes: Uint8Array;
  readonly columns: Readonly<Record<string, ColumnValue>>;
}

/** A collection whose documents are encoded elsewhere. */
export function rawRows({ name, columns, indexes }: Collection<unknown>): Collection<Raw> {
  return {
    name,
    columns,
    indexes,
    encode: ({ bytes }) => bytes,
    decode: (bytes) => ({ bytes, columns: {} }),
    columnsOf: (_, raw) => raw.columns,
  };
}

export function packBytes(list: readonly Uint8Array[]): Block {
  const ends = new Uint32Array(list.length);
  let end = 0;
  for (let i = 0; i < list.length; i += 1) {
    end += list[i]!.length;
    ends[i] = end;
  }
  const bytes = new Uint8Array(end);
  for (let i = 0; i < list.length; i += 1) bytes.set(list[i]!, i === 0 ? 0 : ends[i - 1]);
  return { bytes, ends };
}

/** Views of the block. */
export function unpackBytes({ bytes, ends }: Block): Uint8Array[] {
  // As Buffers, which is what decoders and adapters would make of them.
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(ends, (end, i) => all.subarray(i === 0 ? 0 : ends[i - 1], end));
}

export function packRecords(records: readonly LogRecord[]): PackedRecords {
  return {
    offsets: Float64Array.from(records, ({ offset }) => offset),
    appendedAt: Float64Array.from(records, ({ appendedAt }) => appendedAt),
    keys: records.map(({ key }) => key),
    values: packBytes(records.map(({ value }) => value)),
  };
}

/** Without headers: no machine sees them. */
export function unpackRecords({ offsets, appendedAt, keys, values }: PackedRecords): LogRecord[] {
  return unpackBytes(values).map((value, i) => ({
    offset: offsets[i]!,
    appendedAt: appendedAt[i]!,
    key: keys[i]!,
    value,
    headers: {},
  }));
}

export function packSending({ topic, partition, entries }: Sending): PackedSending {
  return {
    topic,
    partition,
    keys: entries.map(({ key }) => key),
    headers: entries.map(({ headers }) => headers),
    values: packBytes(entries.map(({ value }) => value)),
  };
}

export function unpackSending({ topic, partition, keys, headers, values }: PackedSending): Sending {
  const entries = unpackBytes(values).map((value, i): Entry => {
    const own = headers[i];
    return { key: keys[i]!, value, ...(own && { headers: own }) };
  });
  return { topic, partition, entries };
}

/** Rows of one partition and epoch, as all that one machine holds are. */
export function packRows(
  collection: Collection<unknown>,
  partition: number,
  epoch: number,
  rows: readonly Row<unknown>[],
): PackedRows {
  const columns = rows.map(({ id, doc }) => collection.columnsOf(id, doc));
  return {
    collection: collection.name,
    partition,
    epoch,
    ids: rows.map(({ id }) => id),
    at: Float64Array.from(rows, ({ version }) => version.at),
    columns: Object.fromEntries(
      Object.keys(collection.columns).map((name) => [name, columns.map((values) => values[name] ?? null)]),
    ),
    bodies: packBytes(rows.map(({ doc }) => collection.encode(doc))),
  };
}

export function unpackRows({ partition, epoch, ids, at, columns, bodies }: PackedRows): Row<Raw>[] {
  const names = Object.keys(columns);
  return unpackBytes(bodies).map((bytes, i) => {
    const own: Record<string, ColumnValue> = {};
    for (const name of names) own[name] = columns[name]![i]!;
    return { id: ids[i]!, partition, version: { epoch, at: at[i]! }, doc: { bytes, columns: own } };
  });
}

/** What is handed over with a message. */
export function memoryOf(blocks: readonly Block[]): ArrayBuffer[] {
  return blocks.map(({ bytes }) => bytes.buffer);
}
