import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "./open-store.ts";
import { openSqliteStore } from "./sqlite.ts";
import { storeContract } from "./testing/index.ts";
import { killWriter } from "./testing/killed-writer.ts";
import { newSampleCollection, sampleRow, writtenUntilKilled, type Sample } from "./testing/sample.ts";
import type { Collection, Row, Store } from "./store.ts";

storeContract("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sanfen-store-"));
  return {
    open: () => openSqliteStore(join(folder, "state.db")),
    shared: false,
    stop: () => rm(folder, { recursive: true }),
  };
});

describe("sqlite", () => {
  let folder: string;
  let path: string;
  let store: Store | undefined;
  const collection = newSampleCollection();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sanfen-store-"));
    path = join(folder, "state.db");
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
    await rm(folder, { recursive: true });
  });

  test("a file that is no database is refused, and left as it was", async () => {
    await writeFile(path, "facts,facts,facts\n".repeat(100));
    await expect(openSqliteStore(path)).rejects.toThrow(/not a database/);
    expect((await stat(path)).size).toBe(1800);
  });

  test("a folder that does not exist: unavailable", async () => {
    await expect(openSqliteStore(join(folder, "absent", "state.db"))).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a second opener is told that the file is in use; after a close it gets it", async () => {
    store = await openSqliteStore(path);
    const second = openSqliteStore(path);
    await expect(second).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("in use") });
    await store.close();
    store = await openSqliteStore(path);
    await expect(store.check()).resolves.toBeUndefined();
  });

  test("a second process is told too", async () => {
    store = await openSqliteStore(path);
    await expect(killWriter("sqlite:state.db", folder, 1)).rejects.toThrow(/after 0 puts: .*in use/s);
  });

  test("a limit that is reached: full; what was there stays readable, and a restart with more room goes on", async () => {
    store = await openSqliteStore(path, { maxBytes: 400_000 });
    await store.ensure([collection]);
    await store.put(collection, sampleRows(10, 1000));
    await expect(store.put(collection, sampleRows(2000, 1000))).rejects.toMatchObject({ code: "full" });
    expect((await store.get(collection, ["row-3"])).size).toBe(1);
    await store.close();
    store = await openSqliteStore(path);
    expect(await store.put(collection, sampleRows(2000, 1000))).toEqual({ lost: 0 });
  });

  test("rows outlive a close", async () => {
    store = await openSqliteStore(path);
    await store.ensure([collection]);
    await store.put(collection, sampleRows(100, 10));
    await store.close();
    store = await openSqliteStore(path);
    const ids = (await store.query(collection, { limit: 1000 })).rows.map((row) => row.id);
    expect(ids.length).toBe(100);
  });

  test("a close lets the puts under way end first", async () => {
    store = await openSqliteStore(path);
    await store.ensure([collection]);
    const putting = store.put(collection, sampleRows(5000, 100));
    await store.close();
    expect(await putting).toEqual({ lost: 0 });
    store = await openSqliteStore(path);
    expect((await store.get(collection, ["row-0", "row-4999"])).size).toBe(2);
  });

  test("no acknowledged row is missing after kill -9, and none is half there", async () => {
    for (const puts of [1, 60, 200]) {
      const last = await killWriter("sqlite:state.db", folder, puts);
      store = await openStore("sqlite:state.db", folder);
      await expectWritten(store, last);
      await store.drop(writtenUntilKilled);
      await store.close();
    }
  });

  test("a large put gives the event loop its turns, and other puts theirs", async () => {
    const opened = await openSqliteStore(path);
    store = opened;
    await opened.ensure([collection]);
    let turn = 0;
    const turnsOfRows = new Set<number>();
    const observed: Collection<Sample> = {
      ...collection,
      encode: (doc) => {
        turnsOfRows.add(turn);
        return collection.encode(doc);
      },
    };
    let done = false;
    const count = (): void => {
      turn++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    const large = opened.put(observed, sampleRows(20_000, 300)).then(() => "large");
    const small = opened.put(collection, [sampleRow("other")]).then(() => "small");
    expect(await Promise.race([large, small])).toBe("small");
    await large;
    done = true;
    // However quick the machine, a turn takes 4,000 rows at most.
    expect(turnsOfRows.size).toBeGreaterThanOrEqual(5);
  });

  test("the write-ahead log starts over instead of growing, under writing without pause", async () => {
    const opened = await openSqliteStore(path);
    store = opened;
    await opened.ensure([collection]);
    const sizes: number[] = [];
    for (let round = 0; round < 5; round++) {
      const rows = sampleRows(1500, 8000).map((row) => ({ ...row, version: { epoch: 1, at: round } }));
      await Promise.all([opened.put(collection, rows.slice(0, 700)), opened.put(collection, rows.slice(700))]);
      sizes.push((await stat(`${path}-wal`)).size);
    }
    // 60 MB were written; 16 MB are the mark, and one turn may go past it.
    expect(Math.max(...sizes)).toBeLessThan(32_000_000);
  });
});

function sampleRows(count: number, bytes: number): Row<Sample>[] {
  const content = new Uint8Array(bytes).fill(7);
  return Array.from({ length: count }, (_, i) => sampleRow(`row-${i}`, { score: i, bytes: content }));
}

async function expectWritten(store: Store, last: number): Promise<void> {
  const ids = Array.from({ length: last + 1 }, (_, n) => Array.from({ length: 20 }, (_, i) => `${n}-${i}`)).flat();
  const stored = await store.get(writtenUntilKilled, ids);
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored.values()].every((row) => row.doc.score === row.version.at)).toBe(true);
}
