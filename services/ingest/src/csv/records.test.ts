import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordSplitter, type RawRecord, type RecordFault } from "./records.ts";

function show(record: RawRecord | RecordFault): string {
  return `${record.row}${"code" in record ? `!${record.code}` : ""}:${record.bytes.toString()}`;
}

function recordsOf(chunks: readonly Uint8Array[], maxBytes = 1_000): string[] {
  const splitter = new RecordSplitter(maxBytes);
  return [...chunks.flatMap((chunk) => splitter.push(chunk).map(show)), ...splitter.end().map(show)];
}

describe("RecordSplitter", () => {
  it("says in which row a quote is opened and not closed, and reads on with the next line", () => {
    expect(recordsOf([Buffer.from('a,b\n1,"x\n2,y\n3,z\n')])).toEqual(["1:a,b", '2!open-quote:1,"x', "3:2,y", "4:3,z"]);
  });

  it("does not wait for the end of the file to notice it", () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${i},abcdefghij`).join("\n");
    const records = recordsOf([Buffer.from(`a,b\n"${lines}`)], 100);
    expect(records.slice(0, 3)).toEqual(["1:a,b", '2!open-quote:"0,abcdefghij', "3:1,abcdefghij"]);
    expect(records).toHaveLength(51);
  });

  it("passes over a row that is too long without holding it", () => {
    const long = "x".repeat(50);
    expect(recordsOf([Buffer.from(`a\n${long}`), Buffer.from(long), Buffer.from(`${long}\nb\n`)], 60)).toEqual([
      "1:a",
      `2!row-too-long:${long}${long}`,
      "3:b",
    ]);
  });

  it("takes line ends and commas in quotes for text, and a doubled quote for one", () => {
    expect(recordsOf([Buffer.from('a,"1,""2""\r\n3"\r\nb,19" rack\n')])).toEqual([
      '1:a,"1,""2""\r\n3"',
      '2:b,19" rack',
    ]);
  });

  it("cuts the same records wherever the chunks are cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "粮"), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(300), { maxLength: 6 }), (text, cuts) => {
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
        expect(recordsOf(chunks, 25)).toEqual(recordsOf([bytes], 25));
      }),
      { numRuns: 500 },
    );
  });
});
