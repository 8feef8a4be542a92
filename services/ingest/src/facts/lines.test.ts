import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter, type Line } from "./lines.ts";

function show(line: Line): string {
  return `${line.index}:${"tooLong" in line ? "!" : Buffer.from(line.bytes).toString()}`;
}

function linesOf(chunks: readonly Uint8Array[], maxBytes = 1_000): string[] {
  const splitter = new LineSplitter(maxBytes);
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)].map(show)), ...[...splitter.end()].map(show)];
}

describe("LineSplitter", () => {
  it("passes over a line that is too long, and reads on after it", () => {
    expect(linesOf([Buffer.from("a\n12345"), Buffer.from("67890123\nb")], 10)).toEqual(["0:a", "1:!", "2:b"]);
  });

  it("counts empty lines and gives none of them out", () => {
    expect(linesOf([Buffer.from("\n \r\n{}\n\n")])).toEqual(["2:{}"]);
  });

  it("cuts the same lines wherever the chunks are cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "粮", " "), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 8 }), (text, cuts) => {
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
        expect(linesOf(chunks, 12)).toEqual(linesOf([bytes], 12));
      }),
    );
  });
});
