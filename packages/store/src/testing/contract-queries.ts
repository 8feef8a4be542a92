import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Query } from "../store.ts";
import { compareTexts } from "../text-order.ts";
import { sampleRow } from "./sample.ts";
import { idsOf, type UnderTest } from "./under-test.ts";

export function queries(under: UnderTest): void {
  describe("queries", () => {
    const scores: [string, string | null, number | null][] = [
      ["e", "3304", 2], ["c", "3304", 1], ["a", "3304", 2], ["d", "3304", null],
      ["b", "3304", -3.5], ["f", "3305", 2], ["g", null, 2], ["h", "3304", null],
    ]; // prettier-ignore
    const rows = scores.map(([id, region, score]) => sampleRow(id, { region, score }));

    test.for<[string, Omit<Query, "limit">, string]>([
      ["nothing asked: all, by id", {}, "abcdefgh"],
      ["equality", { equal: { region: "3304" } }, "abcdeh"],
      ["equality with null", { equal: { region: null } }, "g"],
      ["equality on two columns, in any order", { equal: { score: 2, region: "3304" } }, "ae"],
      ["sort, ties by id, nulls first", { equal: { region: "3304" }, sort: { column: "score" } }, "dhbcae"],
      [
        "sort descending: the same, backwards",
        { equal: { region: "3304" }, sort: { column: "score", descending: true } },
        "eacbhd",
      ],
      [
        "range: sorted by its column, without nulls",
        { equal: { region: "3304" }, range: { column: "score", gte: -3.5, lt: 2 } },
        "bc",
      ],
      ["range from", { equal: { region: "3304" }, range: { column: "score", gte: 1 } }, "cae"],
      [
        "range to",
        { equal: { region: "3304" }, range: { column: "score", lt: 2 }, sort: { column: "score", descending: true } },
        "cb",
      ],
      ["range without bounds", { equal: { region: "3304" }, range: { column: "score" } }, "dhbcae"],
      ["a prefix of texts, as a range", { range: { column: "region", gte: "3304", lt: "3305" } }, "abcdeh"],
      ["a range that holds nothing", { range: { column: "region", gte: "3305", lt: "3304" } }, ""],
      ["sort by a column that starts an index", { sort: { column: "region", descending: true } }, "fhedcbag"],
    ])("%s", async ([, query, expected]) => {
      const collection = await under.collectionWith(...rows);
      expect(idsOf((await under.store.query(collection, { ...query, limit: 100 })).rows).join("")).toBe(expected);
      for (const limit of [1, 2, 3]) {
        const pages = await under.pagesOf(collection, { ...query, limit });
        expect(pages.flat().join("")).toBe(expected);
        expect(pages.length).toBe(Math.max(1, Math.ceil(expected.length / limit)));
      }
    });

    test("texts sort by code points, also beyond the basic plane", async () => {
      const texts = ["a", "B", "é", "中", "\uFF5E", "𠮷", "😀", "ab", "中国"];
      const collection = await under.collectionWith(...texts.map((text) => sampleRow(text, { region: text })));
      const sorted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(idsOf((await under.store.query(collection, { limit: 50 })).rows)).toEqual(sorted);
      expect(idsOf((await under.store.query(collection, { sort: { column: "region" }, limit: 50 })).rows)).toEqual(
        sorted,
      );
      expect((await under.pagesOf(collection, { sort: { column: "region" }, limit: 2 })).flat()).toEqual(sorted);
      expect(await under.scannedIds(collection, 0)).toEqual(sorted);
    });

    test("pages neither repeat nor miss a row while others are inserted before and after", async () => {
      const stay = Array.from({ length: 60 }, (_, i) =>
        sampleRow(`s${i}`, { region: "33", score: i % 5 === 0 ? null : i % 7 }),
      );
      for (const descending of [false, true]) {
        const collection = await under.collectionWith(...stay);
        const query: Query = { equal: { region: "33" }, sort: { column: "score", descending }, limit: 7 };
        const expected = (await under.pagesOf(collection, query)).flat();
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let page = 0; page === 0 || cursor !== undefined; page++) {
          const { rows: shown, next } = await under.store.query(collection, {
            ...query,
            ...(cursor !== undefined && { cursor }),
          });
          seen.push(...idsOf(shown));
          cursor = next;
          const inserted = [null, -1, 3, 9].map((score, i) => sampleRow(`x${page}-${i}`, { region: "33", score }));
          // Inserted rows may lengthen the list without end when they land after the page: a dozen rounds suffice.
          if (page < 12) await under.store.put(collection, inserted);
        }
        expect(seen.filter((id) => id.startsWith("s"))).toEqual(expected);
        expect(new Set(seen).size).toBe(seen.length);
      }
    });

    test("any rows and page size: the pages are the sorted list", async () => {
      const value = fc.record({
        score: fc.option(fc.integer({ min: -2, max: 2 })),
        id: fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
      });
      const cases = fc.record({
        values: fc.uniqueArray(value, { selector: (v) => v.id, maxLength: 12 }),
        limit: fc.integer({ min: 1, max: 5 }),
        descending: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ values, limit, descending }) => {
          const collection = await under.collectionWith(
            ...values.map(({ id, score }) => sampleRow(id, { region: "33", score })),
          );
          const ascending = values.toSorted(
            (a, b) => (a.score ?? -Infinity) - (b.score ?? -Infinity) || compareTexts(a.id, b.id),
          );
          // Infinity - Infinity is no number: ties among nulls fall to the ids.
          const query: Query = { equal: { region: "33" }, sort: { column: "score", descending }, limit };
          const listed = (await under.pagesOf(collection, query)).flat();
          expect(descending ? listed.toReversed() : listed).toEqual(ascending.map(({ id }) => id));
        }),
        { numRuns: 15 },
      );
    });

    test("limit 1,000 is the most one page shows", async () => {
      const collection = await under.collectionWith(
        ...Array.from({ length: 1001 }, (_, i) => sampleRow(`${10_000 + i}`)),
      );
      expect((await under.pagesOf(collection, { limit: 1000 })).map((page) => page.length)).toEqual([1000, 1]);
    });
  });
}
