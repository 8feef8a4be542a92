import { describe, expect, test } from "vitest";
import { StoreError, type Collection } from "../store.ts";
import { sampleRow, type Sample } from "./sample.ts";
import { idsOf, type UnderTest } from "./under-test.ts";

export function collections(under: UnderTest): void {
  describe("collections", () => {
    test("ensure is safe to repeat, and when several start at once", async () => {
      const collection = under.newCollection();
      await under.withClients(3, async (clients) => {
        await Promise.all(clients.map((client) => client.ensure([collection])));
      });
      await under.store.put(collection, [sampleRow("a")]);
      await under.store.ensure([collection]);
      expect((await under.store.get(collection, ["a"])).size).toBe(1);
    });

    test("drop removes rows and nothing else; ensure begins anew, also with other columns", async () => {
      const dropped = await under.collectionWith(sampleRow("a", { region: "33" }, { epoch: 9, at: 9 }));
      const other = await under.collectionWith(sampleRow("a"));
      await under.store.drop(dropped);
      await under.store.drop(dropped);
      await under.store.ensure([dropped]);
      expect((await under.store.get(dropped, ["a"])).size).toBe(0);
      expect(idsOf((await under.store.query(dropped, { equal: { region: "33" }, limit: 1 })).rows)).toEqual([]);
      expect(await under.store.put(dropped, [sampleRow("a", {}, { epoch: 1, at: 1 })])).toEqual({ lost: 0 });
      expect((await under.store.get(other, ["a"])).size).toBe(1);
      await under.store.drop(dropped);
      const narrower: Collection<Sample> = {
        ...dropped,
        columns: { size: "number" },
        columnsOf: (_id, doc) => ({ size: doc.bytes.length }),
        indexes: [["size"]],
      };
      await under.store.ensure([narrower]);
      await under.store.put(narrower, [sampleRow("a", { bytes: Uint8Array.of(1, 2) })]);
      expect(idsOf((await under.store.query(narrower, { equal: { size: 2 }, limit: 1 })).rows)).toEqual(["a"]);
    });

    test("columns that changed while rows are stored are refused by name", async () => {
      const collection = await under.collectionWith(sampleRow("a"));
      const wider = { ...collection, columns: { ...collection.columns, level: "text" } as const };
      await expect(under.store.ensure([wider])).rejects.toThrow(/stored with other columns.*drop it and replay/);
      await expect(under.store.ensure([collection])).resolves.toBeUndefined();
    });

    test("check resolves while it can be written to", async () => {
      await expect(under.store.check()).resolves.toBeUndefined();
    });

    test("errors are StoreErrors with a code", async () => {
      const collection = await under.collectionWith();
      await expect(under.store.query(collection, { equal: { note: "x" }, limit: 1 })).rejects.toThrow(StoreError);
    });
  });
}
