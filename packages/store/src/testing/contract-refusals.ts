/** Bad input first: what every store refuses, and how. */
import { describe, expect, test } from "vitest";
import type { Query } from "../store.ts";
import { newSampleCollection, sampleRow } from "./sample.ts";
import { gathered, idsOf, type UnderTest } from "./under-test.ts";

export function refusals(under: UnderTest): void {
  describe("what it refuses", () => {
    test.for<[string, Omit<Query, "limit">]>([
      ["equality on a column without index", { equal: { note: "x" } }],
      ["equality on no prefix of an index", { equal: { score: 1 } }],
      ["equality on an undeclared column", { equal: { colour: "red" } }],
      ["a sort that does not follow the equality", { equal: { region: "33" }, sort: { column: "note" } }],
      ["a sort by an undeclared column", { sort: { column: "colour" } }],
      ["a range that skips a column of the index", { range: { column: "score", gte: 1 } }],
      [
        "a range on one column and a sort by another",
        { range: { column: "region", gte: "33" }, sort: { column: "score" } },
      ],
    ])("%s: undeclared-index", async ([, query]) => {
      const collection = await under.collectionWith();
      await expect(under.store.query(collection, { ...query, limit: 10 })).rejects.toMatchObject({
        code: "undeclared-index",
      });
    });

    test.for([0, -1, 1.5, 1001, Number.NaN])("limit %s", async (limit) => {
      const collection = await under.collectionWith();
      await expect(under.store.query(collection, { limit })).rejects.toThrow(RangeError);
    });

    test("a value of another type than its column's", async () => {
      const collection = await under.collectionWith();
      await expect(under.store.query(collection, { equal: { region: 33 }, limit: 1 })).rejects.toThrow(TypeError);
      await expect(under.store.query(collection, { range: { column: "region", lt: 33 }, limit: 1 })).rejects.toThrow(
        TypeError,
      );
      const wrong = { ...collection, columnsOf: () => ({ region: "33", score: Number.NaN, note: null }) };
      await expect(under.store.put(wrong, [sampleRow("a")])).rejects.toThrow(TypeError);
      const missing = { ...collection, columnsOf: () => ({ region: "33", score: 1 }) };
      await expect(under.store.put(missing, [sampleRow("a")])).rejects.toThrow(TypeError);
    });

    test("names that are not plain words", async () => {
      const collection = newSampleCollection();
      for (const name of ["", "Grades", 'a"b', "a.b", "$a", "_check", "a__b"]) {
        await expect(under.store.ensure([{ ...collection, name }])).rejects.toThrow(TypeError);
      }
      await expect(under.store.ensure([{ ...collection, indexes: [["colour"]] }])).rejects.toThrow(TypeError);
      await expect(under.store.ensure([{ ...collection, columns: { "a.b": "text" }, indexes: [] }])).rejects.toThrow(
        TypeError,
      );
    });

    test("a cursor that is damaged, of another query or of another collection: bad-cursor", async () => {
      const rows = ["a", "b", "c"].map((id) => sampleRow(id, { region: "33", score: 1 }));
      const collection = await under.collectionWith(...rows);
      const other = await under.collectionWith(...rows);
      const query: Query = { equal: { region: "33" }, sort: { column: "score" }, limit: 1 };
      const { next } = await under.store.query(collection, query);
      expect(next).toBeTypeOf("string");
      const refused = { code: "bad-cursor" };
      for (const cursor of ["", "x", "💥", "bnVsbA", next!.slice(0, -2), `A${next!.slice(1)}`]) {
        await expect(under.store.query(collection, { ...query, cursor })).rejects.toMatchObject(refused);
      }
      await expect(under.store.query(other, { ...query, cursor: next! })).rejects.toMatchObject(refused);
      const elsewhere: Query = { ...query, equal: { region: "34" }, cursor: next! };
      await expect(under.store.query(collection, elsewhere)).rejects.toMatchObject(refused);
      const backwards: Query = { ...query, sort: { column: "score", descending: true }, cursor: next! };
      await expect(under.store.query(collection, backwards)).rejects.toMatchObject(refused);
      const larger = await under.store.query(collection, { ...query, limit: 5, cursor: next! });
      expect(idsOf(larger.rows)).toEqual(["b", "c"]);
    });

    test("everything once it is closed", async () => {
      const apart = await under.start();
      const closing = await apart.open();
      const collection = newSampleCollection();
      await closing.ensure([collection]);
      await closing.put(collection, [sampleRow("a")]);
      await closing.close();
      await closing.close();
      const closed = { code: "closed" };
      await expect(closing.ensure([collection])).rejects.toMatchObject(closed);
      await expect(closing.get(collection, ["a"])).rejects.toMatchObject(closed);
      await expect(closing.put(collection, [sampleRow("a")])).rejects.toMatchObject(closed);
      await expect(closing.query(collection, { limit: 1 })).rejects.toMatchObject(closed);
      await expect(gathered(closing.scan(collection, 0))).rejects.toMatchObject(closed);
      await expect(closing.drop(collection)).rejects.toMatchObject(closed);
      await expect(closing.check()).rejects.toMatchObject(closed);
      await apart.stop();
    });
  });
}
