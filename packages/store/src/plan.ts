/**
 * How a query is answered, the same in every adapter: which declared index serves it, and which stretches of that
 * index are read, one after the other, until the page is full. A stretch is one contiguous piece of the index, so
 * that a page far down costs no more than the first one.
 */
import { decodeCursor, encodeCursor, fingerprintOf } from "./cursor.ts";
import { assertColumnValue } from "./layout.ts";
import { StoreError, type Collection, type ColumnValue, type Query } from "./store.ts";

type Bound = string | number;

/**
 * - `ids`: no sort, in the order of ids.
 * - `nulls`: the rows whose sort column is null, in the order of ids. They come before all values.
 * - `values`: the rows with a value, in the order of (value, id).
 *
 * `after` is the last row of the page before.
 */
export type Stretch =
  | { readonly kind: "ids"; readonly after?: string }
  | { readonly kind: "nulls"; readonly column: string; readonly after?: string }
  | {
      readonly kind: "values";
      readonly column: string;
      readonly gte: Bound;
      readonly lt?: Bound;
      readonly after?: { readonly value: Bound; readonly id: string };
    };

export interface Plan {
  /** Columns of the index that serves; undefined: the ids alone do. */
  readonly index?: readonly string[];
  readonly equal: readonly (readonly [column: string, value: ColumnValue])[];
  /** Ids break ties in the same direction, so that one index serves both. */
  readonly descending: boolean;
  readonly stretches: readonly Stretch[];
  readonly limit: number;
  /** The column sorted by; undefined: the ids. */
  readonly sort?: string;
  /** The cursor to the rows after this one; `value` is that of the sort column. */
  cursorAfter(id: string, value: ColumnValue): string;
}

export const maxLimit = 1000;

/** Throws StoreError `undeclared-index` or `bad-cursor`; RangeError for a limit outside 1 to 1,000; TypeError for values that do not fit. */
export function planQuery(collection: Collection<unknown>, query: Query): Plan {
  const { range, limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new RangeError(`limit ${limit} is not between 1 and ${maxLimit}`);
  }
  const equal = Object.entries(query.equal ?? {});
  const column = query.sort?.column ?? range?.column;
  const descending = query.sort?.descending ?? false;
  const index = indexFor(collection, query, equal, column);
  for (const [name, value] of equal) assertColumnValue(collection, name, value);
  if (range?.gte !== undefined) assertColumnValue(collection, range.column, range.gte);
  if (range?.lt !== undefined) assertColumnValue(collection, range.column, range.lt);

  const fingerprint = fingerprintOf(collection.name, { equal: equal.toSorted(byName), range, column, descending });
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, fingerprint);
  return {
    ...(index && { index }),
    equal,
    descending,
    limit,
    stretches:
      column === undefined
        ? [{ kind: "ids", ...(after && { after: after.id }) }]
        : sortedStretches(collection, column, descending, range, after),
    ...(column !== undefined && { sort: column }),
    cursorAfter: (id, value) => encodeCursor(fingerprint, { id, value }),
  };
}

function indexFor(
  collection: Collection<unknown>,
  query: Query,
  equal: readonly (readonly [string, ColumnValue])[],
  column: string | undefined,
): readonly string[] | undefined {
  if (equal.length === 0 && column === undefined) return undefined;
  const names = new Set(equal.map(([name]) => name));
  const oneColumn = query.range === undefined || query.range.column === column;
  const serving = collection.indexes
    .filter((index) => index.slice(0, names.size).every((name) => names.has(name)) && index.length >= names.size)
    .filter((index) => column === undefined || index[names.size] === column)
    .toSorted((a, b) => a.length - b.length)[0];
  if (serving === undefined || !oneColumn) {
    const wanted = `equality on [${[...names].join(", ")}], range on ${query.range?.column ?? "nothing"}, sort by ${column ?? "id"}`;
    throw new StoreError("undeclared-index", `${collection.name} declares no index for ${wanted}`);
  }
  return serving;
}

function sortedStretches(
  collection: Collection<unknown>,
  column: string,
  descending: boolean,
  range: Query["range"],
  after: { readonly id: string; readonly value: ColumnValue } | undefined,
): Stretch[] {
  const nulls: Stretch = { kind: "nulls", column, ...(after && after.value === null && { after: after.id }) };
  const values: Stretch = {
    kind: "values",
    column,
    gte: range?.gte ?? (collection.columns[column] === "text" ? "" : -Number.MAX_VALUE),
    ...(range?.lt !== undefined && { lt: range.lt }),
    ...(after && after.value !== null && { after: { value: after.value, id: after.id } }),
  };
  // A null is in no range; without bounds the range excludes nothing.
  if (range?.gte !== undefined || range?.lt !== undefined) return [values];
  const inOrder = descending ? [values, nulls] : [nulls, values];
  const passed = after && (after.value === null) === descending ? 1 : 0;
  return inOrder.slice(passed);
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
