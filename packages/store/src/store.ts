/**
 * The store port: typed collections of rows, each row guarded by its version, so that a writer that lost its
 * partition cannot undo what a newer one wrote. Every adapter passes the suite in `testing/contract.ts`.
 */
import type { Version } from "@sanfen/model";

export type ColumnValue = string | number | null;

/** A collection: how its documents are stored and by what they can be found. Shared by all adapters. */
export interface Collection<D> {
  /** Lower-case words joined by `_`. */
  readonly name: string;
  encode(doc: D): Uint8Array;
  decode(bytes: Uint8Array): D;
  /** Columns by which rows are filtered and sorted; every row has all of them. */
  readonly columns: Readonly<Record<string, "text" | "number">>;
  columnsOf(id: string, doc: D): Readonly<Record<string, ColumnValue>>;
  /**
   * Declared indexes: lists of columns. A query uses one of them: equality on a prefix, then range or sort on the next.
   * One that ends there gives the order of ids too; with a longer one the rows of equal value are sorted for each page.
   */
  readonly indexes: readonly (readonly string[])[];
}

export interface Row<D> {
  readonly id: string;
  /** Partition of the input topic whose fold owns the row. */
  readonly partition: number;
  readonly version: Version;
  readonly doc: D;
}

export interface Query {
  readonly equal?: Readonly<Record<string, ColumnValue>>;
  /** Half-open: gte ≤ column < lt. A null is in no range. */
  readonly range?: { readonly column: string; readonly gte?: string | number; readonly lt?: string | number };
  /**
   * Nulls come before all values, texts by code points. Ties are broken by id, in the same direction, so that pages
   * neither repeat nor miss a row that stays. With a range, the column is the range's. Default: by the range's column,
   * else by id.
   */
  readonly sort?: { readonly column: string; readonly descending?: boolean };
  /** 1 to 1,000; otherwise RangeError. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface Page<D> {
  readonly rows: readonly Row<D>[];
  readonly next?: string;
}

export interface Store {
  /** Creates what is missing: collections and their indexes. Safe when several start at once. */
  ensure(collections: readonly Collection<unknown>[]): Promise<void>;
  get<D>(collection: Collection<D>, ids: readonly string[]): Promise<ReadonlyMap<string, Row<D>>>;
  /**
   * Writes each row unless the stored one has a greater version; an equal version is written (same content). Durable
   * when it resolves. Answers how many rows lost, which is no error. On rejection any part may have been written.
   */
  put<D>(collection: Collection<D>, rows: readonly Row<D>[]): Promise<{ readonly lost: number }>;
  /** All rows of a partition, by id, in chunks. */
  scan<D>(collection: Collection<D>, partition: number): AsyncIterable<readonly Row<D>[]>;
  /** Throws StoreError `undeclared-index` for a query that no index serves, `bad-cursor` for a foreign cursor. */
  query<D>(collection: Collection<D>, query: Query): Promise<Page<D>>;
  /** Removes a whole collection with its rows. `ensure` makes it anew, also with other columns. */
  drop(collection: Collection<unknown>): Promise<void>;
  /** Rejects with StoreError when the store cannot be reached or written to. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** `unavailable` and `full` may pass: try again. The rest are final. */
export type StoreErrorCode = "unavailable" | "full" | "undeclared-index" | "bad-cursor" | "closed";

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}

/** Codec for documents that are plain JSON values. */
export function jsonCodec<D>(): Pick<Collection<D>, "encode" | "decode"> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return {
    encode: (doc) => encoder.encode(JSON.stringify(doc)),
    decode: (bytes) => JSON.parse(decoder.decode(bytes)) as D,
  };
}
