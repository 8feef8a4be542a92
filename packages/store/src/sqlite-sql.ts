/** The SQL of a collection: one table, its columns prefixed so that none clashes with the row's own fields. */
import { indexName } from "./layout.ts";
import type { Plan, Stretch } from "./plan.ts";
import type { Collection } from "./store.ts";

type Shape = Pick<Collection<unknown>, "name" | "columns" | "indexes">;

export type Bindable = string | number | null | Uint8Array;

const row = `"id", "partition", "epoch", "at", "body"`;

export function createStatements(collection: Shape): string[] {
  const columns = columnNames(collection).map((column) => `, ${quoted(column)} ${sqlType(collection, column)}`);
  const table = quoted(collection.name);
  return [
    `CREATE TABLE IF NOT EXISTS ${table} ("id" TEXT NOT NULL PRIMARY KEY, "partition" INTEGER NOT NULL,
       "epoch" INTEGER NOT NULL, "at" INTEGER NOT NULL, "body" BLOB NOT NULL${columns.join("")})`,
    `CREATE INDEX IF NOT EXISTS "${collection.name}_partition" ON ${table} ("partition", "id")`,
    ...collection.indexes.map(
      (index) =>
        `CREATE INDEX IF NOT EXISTS "${indexName(collection, index)}" ON ${table} (${index.map(quotedColumn).join(", ")}, "id")`,
    ),
  ];
}

/** The collection's own among the columns of its table. */
export function columnsAmong(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith("c_")).map((name) => name.slice(2));
}

function tableColumns(collection: Shape): string[] {
  return ["id", "partition", "epoch", "at", "body", ...columnNames(collection)];
}

/** Takes epoch, at, body, id, epoch, at, partition, columns. Changes no row unless only version and body differ. */
export function rewriteStatement(collection: Shape): string {
  // `IS` compares nulls too.
  const same = columnNames(collection).map((column) => ` AND ${quoted(column)} IS ?`);
  return `UPDATE ${quoted(collection.name)} SET "epoch" = ?, "at" = ?, "body" = ?
    WHERE "id" = ? AND (?, ?) >= ("epoch", "at") AND "partition" = ?${same.join("")}`;
}

/** Takes id, partition, epoch, at, body, columns. Changes no row when the stored version is greater. */
export function upsertStatement(collection: Shape): string {
  const columns = tableColumns(collection);
  const assignments = columns.slice(1).map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  return `INSERT INTO ${quoted(collection.name)} (${columns.map(quoted).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
    ON CONFLICT ("id") DO UPDATE SET ${assignments.join(", ")}
    WHERE (excluded."epoch", excluded."at") >= ("epoch", "at")`;
}

export function getStatement(collection: Shape): string {
  return `SELECT ${row} FROM ${quoted(collection.name)} WHERE "id" = ?`;
}

/** Takes partition, the last id seen (null: from the first), limit. */
export function scanStatement(collection: Shape, resumed: boolean): string {
  return `SELECT ${row} FROM ${quoted(collection.name)} WHERE "partition" = ?${resumed ? ` AND "id" > ?` : ""} ORDER BY "id" LIMIT ?`;
}

/** One stretch of a plan. The rows carry the value of the sort column as `sorted`. */
export function queryStatement(
  collection: Shape,
  plan: Plan,
  stretch: Stretch,
  limit: number,
): { readonly sql: string; readonly values: readonly Bindable[] } {
  const beyond = plan.descending ? "<" : ">";
  const direction = plan.descending ? "DESC" : "ASC";
  const conditions = plan.equal.map(([column]) => `${quotedColumn(column)} IS ?`);
  const values: Bindable[] = plan.equal.map(([, value]) => value);
  const order = [`"id" ${direction}`];
  if (stretch.kind === "values") {
    const column = quotedColumn(stretch.column);
    order.unshift(`${column} ${direction}`);
    conditions.push(`${column} >= ?`);
    values.push(stretch.gte);
    if (stretch.lt !== undefined) {
      conditions.push(`${column} < ?`);
      values.push(stretch.lt);
    }
    if (stretch.after) {
      // A row-value comparison is one bound on the index, also within the rows of one value.
      conditions.push(`(${column}, "id") ${beyond} (?, ?)`);
      values.push(stretch.after.value, stretch.after.id);
    }
  } else {
    if (stretch.kind === "nulls") conditions.push(`${quotedColumn(stretch.column)} IS NULL`);
    if (stretch.after !== undefined) {
      conditions.push(`"id" ${beyond} ?`);
      values.push(stretch.after);
    }
  }
  const sorted = plan.sort === undefined ? "NULL" : quotedColumn(plan.sort);
  const index = plan.index ? ` INDEXED BY "${indexName(collection, plan.index)}"` : "";
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  const sql = `SELECT ${row}, ${sorted} AS "sorted" FROM ${quoted(collection.name)}${index}${where} ORDER BY ${order.join(", ")} LIMIT ?`;
  return { sql, values: [...values, limit] };
}

function columnNames(collection: Shape): string[] {
  return Object.keys(collection.columns).map((column) => `c_${column}`);
}

function sqlType(collection: Shape, prefixed: string): string {
  return collection.columns[prefixed.slice(2)] === "text" ? "TEXT" : "REAL";
}

function quotedColumn(column: string): string {
  return quoted(`c_${column}`);
}

/** Names are plain words (`assertLayout`): quoting only keeps them apart from SQL's own. */
function quoted(name: string): string {
  return `"${name}"`;
}
