/** What the parts of the contract share: one store, and collections that are dropped after each test. */
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Collection, Page, Query, Row, Store } from "../store.ts";
import { newSampleCollection, type Sample } from "./sample.ts";

export interface StoreFixture {
  /** Opens a client on the fixture's data; `shared` tells whether several may be open at once. */
  open(): Promise<Store>;
  readonly shared: boolean;
  /** Removes the data; all clients are closed. */
  stop(): Promise<void>;
}

export class UnderTest {
  readonly start: () => Promise<StoreFixture>;
  readonly #made: Collection<Sample>[] = [];
  #fixture: StoreFixture | undefined;
  #store: Store | undefined;

  /** To be called where tests are declared. */
  constructor(start: () => Promise<StoreFixture>) {
    this.start = start;
    beforeAll(async () => {
      this.#fixture = await start();
      this.#store = await this.#fixture.open();
    }, 300_000);
    afterEach(async () => {
      for (const collection of this.#made.splice(0)) await this.#store?.drop(collection);
    });
    afterAll(async () => {
      await this.#store?.close();
      await this.#fixture?.stop();
    });
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error("no test is running");
    return this.#store;
  }

  /** A new collection that holds these rows. */
  async collectionWith(...rows: Row<Sample>[]): Promise<Collection<Sample>> {
    const collection = this.newCollection();
    await this.store.ensure([collection]);
    if (rows.length > 0) expect(await this.store.put(collection, rows)).toEqual({ lost: 0 });
    return collection;
  }

  /** A new collection that the store does not know yet. */
  newCollection(): Collection<Sample> {
    const collection = newSampleCollection();
    this.#made.push(collection);
    return collection;
  }

  /** The ids of all pages of a query, each read with the cursor of the one before. */
  async pagesOf(collection: Collection<Sample>, query: Query): Promise<string[][]> {
    const pages: string[][] = [];
    let page: Page<Sample> | undefined;
    do {
      page = await this.store.query(collection, { ...query, ...(page?.next !== undefined && { cursor: page.next }) });
      pages.push(idsOf(page.rows));
    } while (page.next !== undefined);
    return pages;
  }

  /** The ids of a partition as a scan gives them. */
  async scannedIds(collection: Collection<Sample>, partition: number): Promise<string[]> {
    return (await gathered(this.store.scan(collection, partition))).flatMap(idsOf);
  }

  /** Runs `work` with clients of their own where the store may be shared, else with the one there is, several times. */
  async withClients(count: number, work: (clients: readonly Store[]) => Promise<void>): Promise<void> {
    const clients = [this.store];
    while (clients.length < count)
      clients.push(this.#fixture?.shared === true ? await this.#fixture.open() : this.store);
    try {
      await work(clients);
    } finally {
      for (const client of clients) if (client !== this.store) await client.close();
    }
  }
}

export function idsOf(rows: readonly Row<unknown>[]): string[] {
  return rows.map((row) => row.id);
}

export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const [order] = fc.sample(fc.shuffledSubarray([...items], { minLength: items.length }), { seed, numRuns: 1 });
  return order ?? [];
}
