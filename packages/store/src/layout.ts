/** What an adapter lays out for a collection, and the values it files a row under. A breach is a programmer's error. */
import type { Collection, ColumnValue } from "./store.ts";

const collectionName = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
// Names go into SQL identifiers and MongoDB field paths: neither a quote, a dot nor a dollar may pass.
const columnName = /^[a-z][A-Za-z0-9_]*$/;

/** Throws TypeError when names are not plain words or an index names a column that is not declared. */
export function assertLayout(collection: Collection<unknown>): void {
  const { name, columns, indexes } = collection;
  if (!collectionName.test(name))
    throw new TypeError(`collection name ${JSON.stringify(name)}: lower-case words joined by _`);
  for (const column of Object.keys(columns)) {
    if (!columnName.test(column))
      throw new TypeError(`${name}: column name ${JSON.stringify(column)}: letters, digits and _`);
  }
  for (const index of indexes) {
    if (index.length === 0 || new Set(index).size !== index.length) {
      throw new TypeError(`${name}: index [${index.join(", ")}] is empty or names a column twice`);
    }
    const unknown = index.find((column) => columns[column] === undefined);
    if (unknown !== undefined) throw new TypeError(`${name}: index on undeclared column ${unknown}`);
  }
}

/** Throws when rows are stored with other columns than the collection now has: they could not be found by the new ones. */
export function assertSameColumns(
  { name, columns }: Pick<Collection<unknown>, "name" | "columns">,
  stored: readonly string[],
): void {
  if (stored.toSorted().join() === Object.keys(columns).sort().join()) return;
  throw new Error(`${name} is stored with other columns (${stored.join(", ")}): drop it and replay`);
}

/** Values of a row's columns, in the order of `collection.columns`. */
export function columnValues<D>(collection: Collection<D>, id: string, doc: D): ColumnValue[] {
  const given = collection.columnsOf(id, doc);
  const values: ColumnValue[] = [];
  for (const column in collection.columns) {
    const value = given[column];
    assertColumnValue(collection, column, value);
    values.push(value);
  }
  return values;
}

/** Databases compare values of different types each in their own way: a column holds one type, or null. */
export function assertColumnValue(
  collection: Pick<Collection<unknown>, "name" | "columns">,
  column: string,
  value: ColumnValue | undefined,
): asserts value is ColumnValue {
  if (value === null) return;
  const type = collection.columns[column];
  if (type === "text" ? typeof value === "string" : Number.isFinite(value)) return;
  throw new TypeError(`${collection.name}.${column} is a ${type} column: ${JSON.stringify(value)} does not fit`);
}

/** The name of an index, the same for the same columns, so that what exists can be told from what is missing. */
export function indexName(collection: Pick<Collection<unknown>, "name">, index: readonly string[]): string {
  return `${collection.name}_by_${index.join("_")}`;
}
