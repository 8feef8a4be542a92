/** The store in one SQLite file, for one process. How it stays durable and quick: `sqlite-file.ts`. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StatementSync } from "node:sqlite";
import { assertLayout, assertSameColumns, columnValues } from "./layout.ts";
import { planQuery } from "./plan.ts";
import { classified } from "./sqlite-errors.ts";
import { SqliteFile, type SqliteOptions } from "./sqlite-file.ts";
import * as sql from "./sqlite-sql.ts";
import { StoreError, type Collection, type ColumnValue, type Page, type Query, type Row, type Store } from "./store.ts";

interface Statements {
  readonly rewrite: StatementSync;
  readonly upsert: StatementSync;
  readonly get: StatementSync;
  readonly scan: StatementSync;
  readonly scanOn: StatementSync;
}

interface Stored {
  readonly id: string;
  readonly partition: number;
  readonly epoch: number;
  readonly at: number;
  readonly body: Uint8Array;
  readonly sorted?: ColumnValue;
}

/** How long a stretch of work may hold the event loop; displays and health checks wait behind it. */
const turnMs = 5;
const scanChunkRows = 500;
const fewestRowsPerTurn = 16;
const mostRowsPerTurn = 4000;

/** Opens or creates the file; its folder exists. Rejects with StoreError `unavailable` when another process holds it. */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  return new SqliteStore(await SqliteFile.open(path, options));
}

class SqliteStore implements Store {
  readonly #file: SqliteFile;
  readonly #statements = new Map<string, Statements>();
  readonly #writes = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;
  #rowsPerTurn = 200;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  ensure(collections: readonly Collection<unknown>[]): Promise<void> {
    return this.#write(async () => {
      await this.#file.writable();
      this.#file.transaction(() => {
        for (const collection of collections) {
          assertLayout(collection);
          for (const statement of sql.createStatements(collection)) this.#file.database.exec(statement);
          const info = this.#file.database.prepare(`PRAGMA table_info("${collection.name}")`).all();
          assertSameColumns(collection, sql.columnsAmong(info.map((column) => String(column["name"]))));
        }
      });
    });
  }

  async get<D>(collection: Collection<D>, ids: readonly string[]): Promise<ReadonlyMap<string, Row<D>>> {
    const found = new Map<string, Row<D>>();
    let turnEnds = performance.now() + turnMs;
    for (const id of ids) {
      const stored = this.#read(() => this.#of(collection).get.get(id)) as unknown as Stored | undefined;
      if (stored) found.set(id, rowFrom(collection, stored));
      if (performance.now() > turnEnds) {
        await nextTurn();
        turnEnds = performance.now() + turnMs;
      }
    }
    return found;
  }

  put<D>(collection: Collection<D>, rows: readonly Row<D>[]): Promise<{ readonly lost: number }> {
    return this.#write(async () => {
      let lost = 0;
      let next = 0;
      while (next < rows.length) {
        await this.#file.writable();
        const turn = this.#putSome(collection, rows, next);
        lost += turn.lost;
        next = turn.next;
        if (next < rows.length) await nextTurn();
      }
      return { lost };
    });
  }

  async *scan<D>(collection: Collection<D>, partition: number): AsyncGenerator<readonly Row<D>[]> {
    let last: string | undefined;
    for (;;) {
      const after = last;
      const stored = this.#read(() => {
        const { scan, scanOn } = this.#of(collection);
        return after === undefined ? scan.all(partition, scanChunkRows) : scanOn.all(partition, after, scanChunkRows);
      }) as unknown as Stored[];
      if (stored.length > 0) yield stored.map((row) => rowFrom(collection, row));
      if (stored.length < scanChunkRows) return;
      last = stored.at(-1)?.id;
      await nextTurn();
    }
  }

  async query<D>(collection: Collection<D>, query: Query): Promise<Page<D>> {
    const plan = planQuery(collection, query);
    const found: Stored[] = [];
    for (const stretch of plan.stretches) {
      // One more than asked for tells whether there is a next page.
      const wanted = plan.limit + 1 - found.length;
      if (wanted === 0) break;
      const { sql: text, values } = sql.queryStatement(collection, plan, stretch, wanted);
      found.push(...(this.#read(() => this.#file.database.prepare(text).all(...values)) as unknown as Stored[]));
    }
    const shown = found.slice(0, plan.limit);
    const last = found.length > plan.limit ? shown.at(-1) : undefined;
    return {
      rows: shown.map((stored) => rowFrom(collection, stored)),
      ...(last && { next: plan.cursorAfter(last.id, last.sorted ?? null) }),
    };
  }

  drop(collection: Collection<unknown>): Promise<void> {
    return this.#write(async () => {
      await this.#file.writable();
      this.#statements.delete(collection.name);
      this.#file.transaction(() => this.#file.database.exec(`DROP TABLE IF EXISTS "${collection.name}"`));
    });
  }

  check(): Promise<void> {
    return this.#write(async () => {
      await this.#file.writable();
      this.#file.transaction(() => this.#file.database.exec(`UPDATE "_check" SET "count" = "count" + 1`));
    });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#writes).then(() => this.#file.close());
    return this.#closing;
  }

  /** Every write ends durable, and before the file is closed. */
  async #write<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const written = work().then(async (result) => {
      await this.#file.synced();
      return result;
    });
    this.#writes.add(written);
    try {
      return await written;
    } finally {
      this.#writes.delete(written);
    }
  }

  #read<T>(work: () => T): T {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw classified(error);
    }
  }

  #assertOpen(): void {
    if (this.#closing) throw new StoreError("closed", "the store is closed");
  }

  #putSome<D>(collection: Collection<D>, rows: readonly Row<D>[], from: number): { lost: number; next: number } {
    const began = performance.now();
    const end = Math.min(rows.length, from + this.#rowsPerTurn);
    let next = from;
    let lost = 0;
    this.#file.transaction(() => {
      const { rewrite, upsert } = this.#of(collection);
      for (; next < end; next++) {
        const { id, partition, version, doc } = rows[next]!;
        const { epoch, at } = version;
        const body = collection.encode(doc);
        const values = columnValues(collection, id, doc);
        // Most rows are rewritten with their columns as they were: then the indexes' pages stay clean.
        const rewritten = rewrite.run(epoch, at, body, id, epoch, at, partition, ...values).changes > 0;
        if (!rewritten && upsert.run(id, partition, epoch, at, body, ...values).changes === 0) lost++;
        if (performance.now() - began > turnMs) {
          next++;
          break;
        }
      }
    });
    this.#adjustTurn(next - from, performance.now() - began);
    return { lost, next };
  }

  /** The commit costs too, by the pages it writes: the next turn takes as many rows as fit, commit included. */
  #adjustTurn(rows: number, tookMs: number): void {
    if (rows < fewestRowsPerTurn) return;
    const fitting = (rows * turnMs) / tookMs;
    const smoothed = Math.round((this.#rowsPerTurn + fitting) / 2);
    this.#rowsPerTurn = Math.min(mostRowsPerTurn, Math.max(fewestRowsPerTurn, smoothed));
  }

  #of(collection: Collection<unknown>): Statements {
    const known = this.#statements.get(collection.name);
    if (known) return known;
    const { database } = this.#file;
    const statements = {
      rewrite: database.prepare(sql.rewriteStatement(collection)),
      upsert: database.prepare(sql.upsertStatement(collection)),
      get: database.prepare(sql.getStatement(collection)),
      scan: database.prepare(sql.scanStatement(collection, false)),
      scanOn: database.prepare(sql.scanStatement(collection, true)),
    };
    this.#statements.set(collection.name, statements);
    return statements;
  }
}

function rowFrom<D>(collection: Collection<D>, { id, partition, epoch, at, body }: Stored): Row<D> {
  return { id, partition, version: { epoch, at }, doc: collection.decode(body) };
}
