/** How rows lie in MongoDB, and the one update that writes them guarded. */
import { Binary, type AnyBulkWriteOperation, type Document, type Filter, type ObjectId, type Sort } from "mongodb";
import { columnValues } from "./layout.ts";
import type { Plan, Stretch } from "./plan.ts";
import type { Collection, ColumnValue, Row } from "./store.ts";

export interface Stored {
  readonly _id: string;
  /** Partition. */
  readonly p: number;
  /** Epoch and position of the version. */
  readonly e: number;
  readonly a: number;
  /** The put that wrote it, see `guardedWrite`. */
  readonly w: ObjectId;
  readonly b: Binary | Uint8Array;
  readonly c: Readonly<Record<string, ColumnValue>>;
}

export function rowFrom<D>(collection: Collection<D>, { _id, p, e, a, b }: Stored): Row<D> {
  const bytes = b instanceof Binary ? b.value() : b;
  return { id: _id, partition: p, version: { epoch: e, at: a }, doc: collection.decode(bytes) };
}

/**
 * One upsert by id alone, so that it always finds the row or inserts it: the guard is inside the update, which leaves
 * a newer row as it is. With the guard in the filter a lost race would look for a row that is not there, try to
 * insert, and fail on the duplicate key like an insert that met another: the two could not be told apart.
 *
 * A write that wins always changes the row, for `writer` is new with every put, even where version and content are
 * the same. So rows matched less rows modified are exactly those that lost.
 */
export function guardedWrite<D>(
  collection: Collection<D>,
  row: Row<D>,
  writer: ObjectId,
): AnyBulkWriteOperation<Stored> {
  const { id, partition, doc } = row;
  const { epoch, at } = row.version;
  const values = columnValues(collection, id, doc);
  const stored: Stored = {
    _id: id,
    p: partition,
    e: epoch,
    a: at,
    w: writer,
    b: new Binary(collection.encode(doc)),
    c: Object.fromEntries(Object.keys(collection.columns).map((column, i) => [column, values[i]!])),
  };
  // A row that is being inserted has no version yet; what is missing sorts before every number.
  const wins = { $or: [{ $lt: ["$e", epoch] }, { $and: [{ $eq: ["$e", epoch] }, { $lte: ["$a", at] }] }] };
  // $literal: a text that begins with $ would be read as a field.
  const update = [{ $replaceWith: { $cond: [wins, { $literal: stored }, "$$ROOT"] } }];
  return { updateOne: { filter: { _id: id }, update, upsert: true } };
}

export const partitionIndex: Readonly<Record<string, 1>> = { p: 1, _id: 1 };

export function indexKeys(index: readonly string[]): Record<string, 1> {
  return Object.fromEntries([...index.map((column) => [`c.${column}`, 1] as const), ["_id", 1] as const]);
}

/** One stretch of a plan. */
export function stretchFilter(plan: Plan, stretch: Stretch): Filter<Stored> {
  const beyond = plan.descending ? "$lt" : "$gt";
  const conditions: Document[] = plan.equal.map(([column, value]) => ({ [`c.${column}`]: value }));
  if (stretch.kind === "values") {
    const path = `c.${stretch.column}`;
    const { gte, lt, after } = stretch;
    conditions.push({ [path]: { $gte: gte, ...(lt !== undefined && { $lt: lt }) } });
    if (after) {
      const reach = plan.descending ? "$lte" : "$gte";
      // The first condition bounds the index, the second passes the rows of the same value that were shown.
      conditions.push({ [path]: { [reach]: after.value } });
      conditions.push({ $or: [{ [path]: { [beyond]: after.value } }, { _id: { [beyond]: after.id } }] });
    }
  } else {
    if (stretch.kind === "nulls") conditions.push({ [`c.${stretch.column}`]: null });
    if (stretch.after !== undefined) conditions.push({ _id: { [beyond]: stretch.after } });
  }
  return conditions.length === 0 ? {} : { $and: conditions };
}

export function stretchSort(plan: Plan, stretch: Stretch): Sort {
  const direction = plan.descending ? -1 : 1;
  return stretch.kind === "values" ? { [`c.${stretch.column}`]: direction, _id: direction } : { _id: direction };
}
