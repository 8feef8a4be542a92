import { jsonCodec, type Collection } from "@sanfen/store";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { memoryOf, packBytes, packRecords, packRows, packSending } from "./packed.ts";
import { rawRows, unpackBytes, unpackRecords, unpackRows, unpackSending } from "./packed.ts";

/** As a message crosses: what is handed over is gone on this side. */
const cross = <T>(message: T, memory: ArrayBuffer[]): T => structuredClone(message, { transfer: memory });

const bytes = fc.uint8Array({ maxLength: 20 });
const offset = fc.nat(Number.MAX_SAFE_INTEGER);

test("bytes come out as they went in", () => {
  fc.assert(
    fc.property(fc.array(bytes), (list) => {
      const block = packBytes(list);
      const crossed = cross(block, memoryOf([block]));
      expect(unpackBytes(crossed).map((each) => [...each])).toEqual(list.map((each) => [...each]));
    }),
  );
});

test("records, without headers", () => {
  const record = fc.record({ offset, appendedAt: offset, key: fc.string(), value: bytes, headers: fc.constant({}) });
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const packed = packRecords(records);
      const crossed = unpackRecords(cross(packed, memoryOf([packed.values])));
      expect(crossed).toEqual(records.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value) })));
    }),
  );
});

test("entries, with headers or without", () => {
  const entry = fc.record(
    { key: fc.string(), value: bytes, headers: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }) },
    { requiredKeys: ["key", "value"] },
  );
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const packed = packSending({ topic: "t", partition: 3, entries });
      const crossed = unpackSending(cross(packed, memoryOf([packed.values])));
      const expected = entries.map(({ value, ...rest }) => ({ ...rest, value: Buffer.from(value) }));
      expect(crossed).toEqual({ topic: "t", partition: 3, entries: expected });
    }),
  );
});

interface Sample {
  readonly name: string;
  readonly size: number | null;
}

const SAMPLES: Collection<Sample> = {
  name: "samples",
  ...jsonCodec<Sample>(),
  columns: { name: "text", size: "number" },
  columnsOf: (_, { name, size }) => ({ name, size }),
  indexes: [["name"]],
};

test("rows give the store what the collection itself would have given", () => {
  const sample = fc.record({ name: fc.string(), size: fc.option(fc.integer()) });
  const row = fc.record({ id: fc.string(), at: offset, doc: sample });
  fc.assert(
    fc.property(fc.array(row), (list) => {
      const rows = list.map(({ id, at, doc }) => ({ id, partition: 1, version: { epoch: 7, at }, doc }));
      const packed = packRows(SAMPLES, 1, 7, rows);
      const crossed = unpackRows(cross(packed, memoryOf([packed.bodies])));
      const raw = rawRows(SAMPLES);
      expect(crossed.map(({ doc: _, ...rest }) => rest)).toEqual(rows.map(({ doc: _, ...rest }) => rest));
      for (const [i, { id, doc }] of crossed.entries()) {
        expect(SAMPLES.decode(raw.encode(doc))).toEqual(rows[i]!.doc);
        expect(raw.columnsOf(id, doc)).toEqual(SAMPLES.columnsOf(id, rows[i]!.doc));
      }
    }),
  );
});
