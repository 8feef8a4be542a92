import { describe, expect, test } from "vitest";
import type { Collection } from "../store.ts";
import { compareTexts } from "../text-order.ts";
import { sampleRow, type Sample } from "./sample.ts";
import { gathered, idsOf, type UnderTest } from "./under-test.ts";

export function rowsComeBack(under: UnderTest): void {
  describe("rows", () => {
    test("come back as they were put: binary documents, nulls, ids and columns in any script", async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const rows = [
        sampleRow("嘉兴市/南湖区", { region: "浙江", note: "$name", bytes }),
        sampleRow("𠮷野家", { region: null, score: null, note: null }, { epoch: 2 ** 41, at: 2 ** 45 }, 11),
        sampleRow("$where", { region: "$region", note: "a.b", score: -0.5, bytes: new Uint8Array(0) }),
        sampleRow("a'\"\\;--", { note: "'; DROP TABLE", score: 2 ** 53 - 1 }),
        sampleRow(" ", { note: "", region: "" }),
      ];
      const collection = await under.collectionWith(...rows);
      const stored = await under.store.get(collection, [...rows.map((row) => row.id), "absent"]);
      expect(stored.size).toBe(rows.length);
      for (const row of rows) expect(stored.get(row.id)).toEqual(row);
      expect((await under.store.get(collection, [])).size).toBe(0);
      expect([...(await under.store.get(collection, [" ", " "])).keys()]).toEqual([" "]);
      const found = async (region: string | null): Promise<string[]> =>
        idsOf((await under.store.query(collection, { equal: { region }, limit: 9 })).rows);
      expect(await found(null)).toEqual(["𠮷野家"]);
      expect(await found("浙江")).toEqual(["嘉兴市/南湖区"]);
      expect(await found("$region")).toEqual(["$where"]);
    });

    test("a document may be empty", async () => {
      const empty: Collection<Sample> = {
        ...(await under.collectionWith()),
        encode: () => new Uint8Array(0),
        decode: () => sampleRow("").doc,
      };
      expect(await under.store.put(empty, [sampleRow("a")])).toEqual({ lost: 0 });
      expect((await under.store.get(empty, ["a"])).size).toBe(1);
    });

    test("do not change with what the caller holds", async () => {
      const row = sampleRow("a", { bytes: Uint8Array.of(1, 2, 3) });
      const collection = await under.collectionWith(row);
      row.doc.bytes.fill(9);
      (await under.store.get(collection, ["a"])).get("a")!.doc.bytes.fill(8);
      expect((await under.store.get(collection, ["a"])).get("a")!.doc.bytes).toEqual(Uint8Array.of(1, 2, 3));
    });

    test("10,000 in one put, scanned back by partition in the order of ids, in chunks", async () => {
      const rows = Array.from({ length: 10_000 }, (_, i) =>
        sampleRow(`企业-${(i * 7919) % 10_000}`, { score: i }, { epoch: 1, at: i }, i % 3),
      );
      const collection = await under.collectionWith(...rows);
      const chunks = await gathered(under.store.scan(collection, 1));
      expect(chunks.length).toBeGreaterThan(1);
      expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1000);
      const expected = rows
        .filter((row) => row.partition === 1)
        .map((row) => row.id)
        .sort(compareTexts);
      expect(chunks.flatMap(idsOf)).toEqual(expected);
      expect(await under.scannedIds(collection, 7)).toEqual([]);
      const some = rows.filter((_, i) => i % 4 === 0);
      const stored = await under.store.get(
        collection,
        some.map((row) => row.id),
      );
      expect(some.every((row) => stored.get(row.id)?.version.at === row.version.at)).toBe(true);
    }, 180_000);

    test("a scan sees every row that stays, while others are written", async () => {
      const stay = Array.from({ length: 1200 }, (_, i) => sampleRow(`k${1000 + i}`));
      const collection = await under.collectionWith(...stay);
      const seen: string[] = [];
      for await (const chunk of under.store.scan(collection, 0)) {
        seen.push(...idsOf(chunk));
        await under.store.put(collection, [
          sampleRow(`a${seen.length}`),
          sampleRow(`k1000-${seen.length}`),
          sampleRow(`z${seen.length}`),
        ]);
      }
      expect(seen.filter((id) => /^k\d{4}$/.test(id))).toEqual(idsOf(stay));
      expect(new Set(seen).size).toBe(seen.length);
    });
  });
}
