import { MongoClient } from "mongodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startMongo, withDatabase, type MongoServer } from "../../../test/servers/mongodb.ts";
import { openMongoStore } from "./mongodb.ts";
import type { Collection, Store } from "./store.ts";
import { storeContract } from "./testing/index.ts";
import { newSampleCollection, sampleRow, type Sample } from "./testing/sample.ts";

let databases = 0;

function newDatabase(): string {
  return `sanfen_store_${process.pid}_${++databases}`;
}

storeContract("mongodb", async () => {
  const server = await sharedServer();
  const url = withDatabase(server.url, newDatabase());
  return {
    open: async () => openMongoStore(url),
    shared: true,
    stop: async () => {
      const client = new MongoClient(url);
      await client.db().dropDatabase();
      await client.close();
    },
  };
});

let shared: Promise<MongoServer> | undefined;

function sharedServer(): Promise<MongoServer> {
  shared ??= startMongo();
  return shared;
}

afterAll(async () => {
  await (await shared)?.stop();
});

describe("mongodb: a server that comes and goes", () => {
  let server: MongoServer;
  let url: string;
  let collection: Collection<Sample>;

  beforeAll(async () => {
    server = await startMongo({ own: true });
  }, 300_000);
  afterAll(async () => {
    await server?.stop();
  });
  beforeEach(async () => {
    await server.kill();
    await server.restart();
    url = withDatabase(server.url, newDatabase());
    collection = newSampleCollection();
  });

  async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
    const store = openMongoStore(url, { selectionTimeoutMs: 300, answerTimeoutMs: 1000 });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  }

  test("a server that is down at the start: unavailable in bounded time, and served once it is up", async () => {
    await server.kill();
    await withStore(async (store) => {
      const unavailable = { name: "StoreError", code: "unavailable" };
      await expect(store.check()).rejects.toMatchObject(unavailable);
      await expect(store.ensure([collection])).rejects.toMatchObject(unavailable);
      await expect(store.put(collection, [sampleRow("a")])).rejects.toMatchObject(unavailable);
      await server.restart();
      await expect
        .poll(
          () =>
            store.check().then(
              () => "up",
              () => "down",
            ),
          { timeout: 10_000 },
        )
        .toBe("up");
      await store.ensure([collection]);
      expect(await store.put(collection, [sampleRow("a")])).toEqual({ lost: 0 });
    });
  });

  test("a server that falls silent: unavailable in bounded time, and served when it answers again", async () => {
    await withStore(async (store) => {
      await store.ensure([collection]);
      await server.pause();
      try {
        await expect(store.put(collection, [sampleRow("a")])).rejects.toMatchObject({ code: "unavailable" });
      } finally {
        await server.resume();
      }
      await expect
        .poll(
          () =>
            store.check().then(
              () => "up",
              () => "down",
            ),
          { timeout: 10_000 },
        )
        .toBe("up");
      // The silent write may have been done after all: the same version is written again.
      expect(await store.put(collection, [sampleRow("a")])).toEqual({ lost: 0 });
    });
  });

  test("no acknowledged row is missing after the server was killed with -9", async () => {
    await withStore(async (store) => {
      await store.ensure([collection]);
      const acknowledged: string[] = [];
      const written = (async () => {
        for (let n = 0; ; n++) {
          const rows = Array.from({ length: 5 }, (_, i) => sampleRow(`${n}-${i}`, { score: n }));
          await store.put(collection, rows);
          acknowledged.push(...rows.map((row) => row.id));
          if (n === 20) void server.kill();
        }
      })();
      await expect(written).rejects.toMatchObject({ code: "unavailable" });
      // Resolves at once when the server has ended already.
      await server.kill();
      await server.restart();
      await expect
        .poll(
          () =>
            store.check().then(
              () => "up",
              () => "down",
            ),
          { timeout: 10_000 },
        )
        .toBe("up");
      const stored = await store.get(collection, acknowledged);
      expect(acknowledged.length).toBeGreaterThanOrEqual(100);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    });
  });
});
