import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./open-store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sanfen-store-"));
});
afterEach(() => rm(folder, { recursive: true }));

test.for(["", "sqlite:", "memory", "postgres://user:secret@host/db", "http://host"])(
  "%j names no store",
  async (url) => {
    const refused = openStore(url, folder);
    await expect(refused).rejects.toThrow(RangeError);
    await expect(refused).rejects.not.toThrow(/secret/);
  },
);

test("sqlite: a file under the data folder, whose folders are made", async () => {
  const store = await openStore("sqlite:deep/er/state.db", folder);
  await store.check();
  expect((await stat(join(folder, "deep", "er", "state.db"))).isFile()).toBe(true);
  await store.close();
});

test("sqlite: an absolute path stands as it is", async () => {
  const store = await openStore(`sqlite:${join(folder, "own.db")}`, "elsewhere");
  expect((await stat(join(folder, "own.db"))).isFile()).toBe(true);
  await store.close();
});

test("memory: a store of its own each time", async () => {
  const [one, two] = [await openStore("memory:", folder), await openStore("memory:", folder)];
  await one.close();
  await expect(two.check()).resolves.toBeUndefined();
});

test("mongodb: opens without a server; the check says that there is none", async () => {
  // Port 1 is reserved and nothing listens there.
  const store = await openStore("mongodb://127.0.0.1:1/sanfen?serverSelectionTimeoutMS=100", folder);
  await expect(store.check()).rejects.toMatchObject({ code: "unavailable" });
  await store.close();
});
