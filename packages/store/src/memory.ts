/**
 * The store in memory, for simulation and tests. Documents are kept encoded, so that a caller that changes what it
 * put or got changes nothing here, as with a database. No timers and no clock: a simulator decides the order of steps.
 */
import { compareVersions, type Version } from "@sanfen/model";
import { assertLayout, assertSameColumns, columnValues } from "./layout.ts";
import { planQuery, type Plan, type Stretch } from "./plan.ts";
import { StoreError, type Collection, type ColumnValue, type Page, type Row, type Store } from "./store.ts";
import { compareTexts } from "./text-order.ts";

interface Kept {
  readonly id: string;
  readonly partition: number;
  readonly version: Version;
  readonly body: Uint8Array;
  readonly columns: Readonly<Record<string, ColumnValue>>;
}

/** What outlives a store in memory: stores opened on the same one are clients of one database. */
export type MemoryData = Map<string, Map<string, Kept>>;

const scanChunkRows = 500;

export function openMemoryStore(data: MemoryData = new Map()): Store {
  let closed = false;

  function rowsOf(collection: Pick<Collection<unknown>, "name">): Map<string, Kept> {
    assertOpen();
    const rows = data.get(collection.name);
    if (rows === undefined) throw new Error(`collection ${collection.name} does not exist: ensure it first`);
    return rows;
  }
  function assertOpen(): void {
    if (closed) throw new StoreError("closed", "the store is closed");
  }

  return {
    async ensure(collections) {
      assertOpen();
      for (const collection of collections) {
        assertLayout(collection);
        const [first] = data.get(collection.name)?.values() ?? [];
        if (first) assertSameColumns(collection, Object.keys(first.columns));
        if (!data.has(collection.name)) data.set(collection.name, new Map());
      }
    },
    async get(collection, ids) {
      const rows = rowsOf(collection);
      const found = ids.map((id) => rows.get(id)).filter((kept) => kept !== undefined);
      return new Map(found.map((kept) => [kept.id, rowFrom(collection, kept)]));
    },
    async put(collection, rows) {
      const stored = rowsOf(collection);
      let lost = 0;
      for (const row of rows) {
        if (isNewer(stored.get(row.id)?.version, row.version)) lost++;
        else stored.set(row.id, keep(collection, row));
      }
      return { lost };
    },
    async *scan(collection, partition) {
      const owned = [...rowsOf(collection).values()].filter((kept) => kept.partition === partition);
      const sorted = owned.sort((a, b) => compareTexts(a.id, b.id));
      for (let i = 0; i < sorted.length; i += scanChunkRows) {
        assertOpen();
        yield sorted.slice(i, i + scanChunkRows).map((kept) => rowFrom(collection, kept));
      }
    },
    async query(collection, query) {
      const rows = rowsOf(collection);
      return page(collection, planQuery(collection, query), [...rows.values()]);
    },
    async drop(collection) {
      assertOpen();
      data.delete(collection.name);
    },
    async check() {
      assertOpen();
    },
    async close() {
      closed = true;
    },
  };
}

function isNewer(stored: Version | undefined, offered: Version): boolean {
  return stored !== undefined && compareVersions(stored, offered) > 0;
}

function keep<D>(collection: Collection<D>, { id, partition, version, doc }: Row<D>): Kept {
  const values = columnValues(collection, id, doc);
  return {
    id,
    partition,
    version,
    body: collection.encode(doc).slice(),
    columns: Object.fromEntries(Object.keys(collection.columns).map((column, i) => [column, values[i]!])),
  };
}

function rowFrom<D>(collection: Collection<D>, { id, partition, version, body }: Kept): Row<D> {
  return { id, partition, version, doc: collection.decode(body.slice()) };
}

function page<D>(collection: Collection<D>, plan: Plan, rows: readonly Kept[]): Page<D> {
  const sign = plan.descending ? -1 : 1;
  const matching = rows.filter((kept) => plan.equal.every(([column, value]) => kept.columns[column] === value));
  const found: Kept[] = [];
  for (const stretch of plan.stretches) {
    const order = (a: Kept, b: Kept): number => sign * compareIn(stretch, a, b);
    found.push(...matching.filter((kept) => isIn(stretch, kept, sign)).sort(order));
  }
  const shown = found.slice(0, plan.limit);
  const last = found.length > plan.limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map((kept) => rowFrom(collection, kept)),
    ...(last && { next: plan.cursorAfter(last.id, (plan.sort && last.columns[plan.sort]) ?? null) }),
  };
}

function isIn(stretch: Stretch, kept: Kept, sign: number): boolean {
  if (stretch.kind === "ids") return stretch.after === undefined || sign * compareTexts(kept.id, stretch.after) > 0;
  const value = kept.columns[stretch.column] ?? null;
  if (stretch.kind === "nulls") {
    return value === null && (stretch.after === undefined || sign * compareTexts(kept.id, stretch.after) > 0);
  }
  if (value === null || compareValues(value, stretch.gte) < 0) return false;
  if (stretch.lt !== undefined && compareValues(value, stretch.lt) >= 0) return false;
  if (stretch.after === undefined) return true;
  const past = compareValues(value, stretch.after.value) || compareTexts(kept.id, stretch.after.id);
  return sign * past > 0;
}

function compareIn(stretch: Stretch, a: Kept, b: Kept): number {
  const byValue =
    stretch.kind === "values" ? compareValues(a.columns[stretch.column] ?? "", b.columns[stretch.column] ?? "") : 0;
  return byValue || compareTexts(a.id, b.id);
}

/** Both of one column, hence of one type. */
function compareValues(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareTexts(String(a), String(b));
}
