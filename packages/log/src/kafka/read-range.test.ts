import { assert, asyncProperty, integer } from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { LogRecord, Range } from "../log.ts";
import { count } from "../testing/bench.ts";
import { readRange, type Source } from "./read-range.ts";

function records(from: number, to: number): LogRecord[] {
  return count(from, to).map((offset) => ({ offset, appendedAt: 0, key: "", value: new Uint8Array(), headers: {} }));
}

async function offsets(source: Source, from = 0, to = Infinity): Promise<number[]> {
  const seen: number[] = [];
  for await (const chunk of readRange(source, from, to)) {
    expect(chunk.length).toBeGreaterThan(0);
    seen.push(...chunk.map(({ offset }) => offset));
  }
  return seen;
}

describe("reading a range", () => {
  it("gives [from, to) as far as it is kept, in whatever batches the broker has them", async () => {
    const bound = integer({ min: 0, max: 40 });
    await assert(
      asyncProperty(bound, bound, bound, bound, integer({ min: 1, max: 9 }), async (a, b, from, to, size) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const source: Source = {
          range: () => Promise.resolve({ start, end }),
          // Whole batches, as brokers give them: from before the offset, to beyond what is wanted.
          fetch: (at) => {
            const first = Math.max(start, Math.floor(at / size) * size);
            return Promise.resolve(records(first, Math.min(end, first + size)));
          },
        };
        const expected = count(0, 40).filter((one) => one >= Math.max(from, start) && one < Math.min(to, end));
        expect(await offsets(source, from, to)).toEqual(expected);
      }),
    );
  });

  it("leaves nothing out when a broker has nothing to give for a while", async () => {
    const answers = [records(0, 3), [], [], records(3, 5)];
    const source: Source = {
      range: () => Promise.resolve({ start: 0, end: 5 }),
      fetch: () => Promise.resolve(answers.shift() ?? []),
    };
    expect(await offsets(source)).toEqual([0, 1, 2, 3, 4]);
  });

  it("goes on at the new start when retention has gone past", async () => {
    const ranges: Range[] = [{ start: 0, end: 9 }];
    const source: Source = {
      range: () => Promise.resolve(ranges.shift() ?? { start: 7, end: 9 }),
      fetch: (at) => Promise.resolve(at < 7 ? [] : records(at, 9)),
    };
    expect(await offsets(source)).toEqual([7, 8]);
  });

  it("gives up when what must be there never comes", async () => {
    const fetch = vi.fn(() => Promise.resolve([]));
    const reading = offsets({ range: () => Promise.resolve({ start: 0, end: 5 }), fetch });
    await expect(reading).rejects.toMatchObject({ name: "LogError", code: "unavailable" });
    expect(fetch.mock.calls.length).toBeLessThan(100);
  }, 10_000);
});
