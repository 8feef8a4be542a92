/**
 * The store on MongoDB: single-document operations only, so that a sharded cluster serves; written to a majority's
 * journals and read from it, so that what was acknowledged or seen is never rolled back. It connects with the first
 * operation and again after a loss; a server that is down makes each operation fail in bounded time.
 */
import { MongoClient, MongoServerError, ObjectId } from "mongodb";
import type { Collection as MongoCollection, Db } from "mongodb";
import { assertLayout, assertSameColumns, indexName } from "./layout.ts";
import { lostOf, outcomeOf, outcomeOfFailure } from "./mongodb-bulk.ts";
import * as documents from "./mongodb-documents.ts";
import { classified, namespaceNotFound } from "./mongodb-errors.ts";
import { planQuery } from "./plan.ts";
import { StoreError, type Collection, type Page, type Query, type Row, type Store } from "./store.ts";

export interface MongoOptions {
  /** How long an operation looks for a server that can take it, ms. Default 3,000. */
  readonly selectionTimeoutMs?: number;
  /** How long it waits for the answer of a server that stays silent, ms. Default 30,000. */
  readonly answerTimeoutMs?: number;
}

const scanChunkRows = 500;
const getChunkIds = 1000;
const writeChunkRows = 100;
const defaultDatabase = "sanfen";

/**
 * Never waits for the server. The database is the URL's, or `sanfen`; a timeout in the URL goes before ours, a write or
 * read concern does not. Throws what the driver says of a URL it cannot read.
 */
export function openMongoStore(url: string, options: MongoOptions = {}): Store {
  const { selectionTimeoutMs = 3000, answerTimeoutMs = 30_000 } = options;
  const client = new MongoClient(url, {
    appName: "sanfen",
    ...unlessNamed(url, { serverSelectionTimeoutMS: selectionTimeoutMs }),
    ...unlessNamed(url, { connectTimeoutMS: selectionTimeoutMs }),
    ...unlessNamed(url, { socketTimeoutMS: answerTimeoutMs }),
    readPreference: "primary",
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true },
    promoteBuffers: true,
  });
  return new MongoStore(client, databaseIn(url));
}

class MongoStore implements Store {
  readonly #client: MongoClient;
  readonly #database: Db;
  #closed = false;

  constructor(client: MongoClient, database: string) {
    this.#client = client;
    this.#database = client.db(database);
  }

  ensure(collections: readonly Collection<unknown>[]): Promise<void> {
    return this.#run(async () => {
      for (const collection of collections) {
        assertLayout(collection);
        const first = await this.#of(collection).findOne();
        if (first) assertSameColumns(collection, Object.keys(first.c));
        // Creates the collection too; the same index created twice, or by two at once, is one index.
        await this.#of(collection).createIndexes([
          { name: `${collection.name}_partition`, key: documents.partitionIndex },
          ...collection.indexes.map((index) => ({
            name: indexName(collection, index),
            key: documents.indexKeys(index),
          })),
        ]);
      }
    });
  }

  get<D>(collection: Collection<D>, ids: readonly string[]): Promise<ReadonlyMap<string, Row<D>>> {
    return this.#run(async () => {
      const found = new Map<string, Row<D>>();
      for (const some of chunks(ids, getChunkIds)) {
        const stored = await this.#of(collection)
          .find({ _id: { $in: some } })
          .toArray();
        for (const document of stored) found.set(document._id, documents.rowFrom(collection, document));
      }
      return found;
    });
  }

  put<D>(collection: Collection<D>, rows: readonly Row<D>[]): Promise<{ readonly lost: number }> {
    return this.#run(async () => {
      let lost = 0;
      for (const round of withoutRepeats(rows)) {
        for (const some of chunks(round, writeChunkRows)) lost += await this.#putSome(collection, some);
      }
      return { lost };
    });
  }

  async *scan<D>(collection: Collection<D>, partition: number): AsyncGenerator<readonly Row<D>[]> {
    let last: string | undefined;
    for (;;) {
      const filter = { p: partition, ...(last !== undefined && { _id: { $gt: last } }) };
      const stored = await this.#run(() =>
        this.#of(collection).find(filter).sort({ _id: 1 }).limit(scanChunkRows).toArray(),
      );
      if (stored.length > 0) yield stored.map((document) => documents.rowFrom(collection, document));
      if (stored.length < scanChunkRows) return;
      last = stored.at(-1)?._id;
    }
  }

  query<D>(collection: Collection<D>, query: Query): Promise<Page<D>> {
    return this.#run(async () => {
      const plan = planQuery(collection, query);
      const found: documents.Stored[] = [];
      for (const stretch of plan.stretches) {
        // One more than asked for tells whether there is a next page.
        const wanted = plan.limit + 1 - found.length;
        if (wanted === 0) break;
        const filter = documents.stretchFilter(plan, stretch);
        const sort = documents.stretchSort(plan, stretch);
        found.push(...(await this.#of(collection).find(filter).sort(sort).limit(wanted).toArray()));
      }
      const shown = found.slice(0, plan.limit);
      const last = found.length > plan.limit ? shown.at(-1) : undefined;
      return {
        rows: shown.map((document) => documents.rowFrom(collection, document)),
        ...(last && { next: plan.cursorAfter(last._id, (plan.sort && last.c[plan.sort]) ?? null) }),
      };
    });
  }

  drop(collection: Collection<unknown>): Promise<void> {
    return this.#run(async () => {
      try {
        await this.#of(collection).drop();
      } catch (error) {
        if (!(error instanceof MongoServerError && error.code === namespaceNotFound)) throw error;
      }
    });
  }

  check(): Promise<void> {
    return this.#run(async () => {
      await this.#database
        .collection<{ _id: string }>("_check")
        .updateOne({ _id: "check" }, { $inc: { count: 1 } }, { upsert: true });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client.close();
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      // Does nothing while connected. Left to the driver, a first attempt that failed would leave it closed for good.
      await this.#client.connect();
      return await work();
    } catch (error) {
      this.#assertOpen();
      throw classified(error);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("closed", "the store is closed");
  }

  #of(collection: Pick<Collection<unknown>, "name">): MongoCollection<documents.Stored> {
    return this.#database.collection<documents.Stored>(collection.name);
  }

  /** No id twice among the rows. Answers how many lost. */
  #putSome<D>(collection: Collection<D>, rows: readonly Row<D>[]): Promise<number> {
    const writer = new ObjectId();
    const writes = rows.map((row) => documents.guardedWrite(collection, row, writer));
    const target = this.#of(collection);
    return lostOf(writes, (some) => target.bulkWrite(some, { ordered: false }).then(outcomeOf, outcomeOfFailure));
  }
}

/** Rows cut into rounds in which no id is twice: a server may work on a batch in any order, and a later row of an id comes after an earlier one. */
function withoutRepeats<D>(rows: readonly Row<D>[]): Row<D>[][] {
  const rounds: Row<D>[][] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    const round = seen.get(row.id) ?? 0;
    seen.set(row.id, round + 1);
    (rounds[round] ??= []).push(row);
  }
  return rounds;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** An option of the driver, unless the URL sets it: the driver would prefer ours. */
function unlessNamed<T extends object>(url: string, option: T): T | undefined {
  const [name] = Object.keys(option);
  return new RegExp(`[?&]${name}=`, "i").test(url) ? undefined : option;
}

/** The driver takes a missing name for `test`. Several hosts make a connection string that is no URL. */
function databaseIn(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/?]+\/(?<name>[^?]+)/.exec(url)?.groups?.["name"];
  return name === undefined ? defaultDatabase : decodeURIComponent(name);
}
