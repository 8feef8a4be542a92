import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Row } from "../store.ts";
import { sampleRow, type Sample } from "./sample.ts";
import { idsOf, shuffled, type UnderTest } from "./under-test.ts";

export function guardedWrites(under: UnderTest): void {
  describe("guarded writes", () => {
    test("an older version loses, an equal one writes, a newer one wins; the epoch counts before the position", async () => {
      const collection = await under.collectionWith();
      const put = (epoch: number, at: number, note: string): Promise<{ readonly lost: number }> =>
        under.store.put(collection, [sampleRow("a", { note }, { epoch, at })]);
      const note = async (): Promise<string | null | undefined> =>
        (await under.store.get(collection, ["a"])).get("a")?.doc.note;
      expect(await put(5, 5, "first")).toEqual({ lost: 0 });
      expect([await put(5, 4, "older position"), await note()]).toEqual([{ lost: 1 }, "first"]);
      expect([await put(5, 5, "equal"), await note()]).toEqual([{ lost: 0 }, "equal"]);
      expect([await put(5, 5, "equal"), await note()]).toEqual([{ lost: 0 }, "equal"]);
      expect([await put(4, 9, "older epoch"), await note()]).toEqual([{ lost: 1 }, "equal"]);
      expect([await put(5, 6, "newer position"), await note()]).toEqual([{ lost: 0 }, "newer position"]);
      expect([await put(6, 1, "newer epoch"), await note()]).toEqual([{ lost: 0 }, "newer epoch"]);
      expect([await put(5, 9, "older epoch again"), await note()]).toEqual([{ lost: 1 }, "newer epoch"]);
    });

    test("a row that loses leaves its columns and partition as they were", async () => {
      const collection = await under.collectionWith(sampleRow("a", { region: "33" }, { epoch: 2, at: 0 }, 1));
      expect(await under.store.put(collection, [sampleRow("a", { region: "44" }, { epoch: 1, at: 0 }, 2)])).toEqual({
        lost: 1,
      });
      expect(idsOf((await under.store.query(collection, { equal: { region: "44" }, limit: 9 })).rows)).toEqual([]);
      expect(await under.scannedIds(collection, 1)).toEqual(["a"]);
      expect(await under.scannedIds(collection, 2)).toEqual([]);
    });

    test("a row that wins is found by its new columns and partition only", async () => {
      const collection = await under.collectionWith(sampleRow("a", { region: "33" }, { epoch: 1, at: 0 }, 1));
      await under.store.put(collection, [sampleRow("a", { region: "44" }, { epoch: 1, at: 1 }, 2)]);
      expect(idsOf((await under.store.query(collection, { equal: { region: "33" }, limit: 9 })).rows)).toEqual([]);
      expect(idsOf((await under.store.query(collection, { equal: { region: "44" }, limit: 9 })).rows)).toEqual(["a"]);
      expect(await under.scannedIds(collection, 1)).toEqual([]);
      expect(await under.scannedIds(collection, 2)).toEqual(["a"]);
    });

    test("lost counts exactly, among winners, newcomers and equal ones", async () => {
      const old = ["a", "b", "c", "d"].map((id) => sampleRow(id, {}, { epoch: 1, at: 5 }));
      const collection = await under.collectionWith(...old);
      const rows = [
        sampleRow("a", {}, { epoch: 1, at: 4 }),
        sampleRow("b", {}, { epoch: 1, at: 5 }),
        sampleRow("new", {}, { epoch: 1, at: 1 }),
        sampleRow("c", {}, { epoch: 1, at: 6 }),
        sampleRow("d", {}, { epoch: 0, at: 9 }),
      ];
      expect(await under.store.put(collection, rows)).toEqual({ lost: 2 });
    });

    test("an id that comes twice in one put is written in the order of the rows", async () => {
      const collection = await under.collectionWith();
      const rows = [3, 1, 4, 4, 2].map((at, i) => sampleRow("a", { note: `${i}` }, { epoch: 1, at }));
      expect(await under.store.put(collection, rows)).toEqual({ lost: 2 });
      const row = (await under.store.get(collection, ["a"])).get("a");
      expect([row?.version.at, row?.doc.note]).toEqual([4, "3"]);
    });

    test("six racers on one first insert: the greatest version stands, and every loser was told", async () => {
      await under.withClients(6, async (racers) => {
        const collection = await under.collectionWith();
        await under.store.put(collection, [sampleRow("taken", {}, { epoch: 8, at: 0 })]);
        for (let round = 0; round < 20; round++) {
          const id = `race-${round}`;
          const versions = shuffled([1, 2, 3, 4, 5, 6], round);
          const answers = await Promise.all(
            racers.map((racer, i) =>
              racer.put(collection, [
                sampleRow(id, { note: `${versions[i]}` }, { epoch: 7, at: versions[i]! }),
                // All six write this one at the same version: none may be told that it lost.
                sampleRow(`same-${round}`, { note: "same" }, { epoch: 7, at: 1 }),
                // And none of them wins this one.
                sampleRow("taken", {}, { epoch: 7, at: 9 }),
              ]),
            ),
          );
          const row = (await under.store.get(collection, [id])).get(id);
          expect([row?.version, row?.doc.note]).toEqual([{ epoch: 7, at: 6 }, "6"]);
          const lost = answers.map((answer) => answer.lost);
          // The greatest met nothing greater; the others did or came first.
          expect(lost[versions.indexOf(6)]).toBe(1);
          expect(lost.every((count) => count === 1 || count === 2)).toBe(true);
          const again = await Promise.all(
            versions.map((at) => under.store.put(collection, [sampleRow(id, { note: `${at}` }, { epoch: 7, at })])),
          );
          expect(again.map((answer) => answer.lost)).toEqual(versions.map((at) => (at < 6 ? 1 : 0)));
        }
      });
    });

    test("two writers on the same rows at once end with the greater versions", async () => {
      await under.withClients(2, async ([one, two]) => {
        const collection = await under.collectionWith();
        const answers = await Promise.all([one!.put(collection, alternating(0)), two!.put(collection, alternating(1))]);
        const stored = await under.store.get(collection, idsOf(alternating(0)));
        expect([...stored.values()].map((row) => row.version.at)).toEqual(Array.from({ length: 200 }, () => 2));
        // Of each pair the older one lost, or came first.
        expect(answers[0].lost + answers[1].lost).toBeLessThanOrEqual(200);
      });
    });

    test("any sequence of puts leaves what the guard says", async () => {
      const write = fc.record({ id: fc.constantFrom("a", "b", "c"), epoch: fc.nat(2), at: fc.nat(3) });
      const puts = fc.array(fc.array(write, { maxLength: 4 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(puts, async (sequence) => {
          const collection = await under.collectionWith();
          const expected = new Map<string, { epoch: number; at: number }>();
          for (const writes of sequence) {
            let lost = 0;
            for (const { id, epoch, at } of writes) {
              const stands = expected.get(id);
              if (stands && (stands.epoch > epoch || (stands.epoch === epoch && stands.at > at))) lost++;
              else expected.set(id, { epoch, at });
            }
            const rows = writes.map(({ id, epoch, at }) => sampleRow(id, {}, { epoch, at }));
            expect(await under.store.put(collection, rows)).toEqual({ lost });
          }
          const stored = await under.store.get(collection, ["a", "b", "c"]);
          expect(new Map([...stored].map(([id, row]) => [id, row.version]))).toEqual(expected);
        }),
        { numRuns: 15 },
      );
    });
  });
}

/** 200 rows, every other one of the newer version. */
function alternating(parity: 0 | 1): Row<Sample>[] {
  return Array.from({ length: 200 }, (_, i) =>
    sampleRow(`row-${i}`, { score: i }, { epoch: 1, at: i % 2 === parity ? 2 : 1 }),
  );
}
