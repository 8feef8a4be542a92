import { expect, test } from "vitest";
import { colour } from "../testing/samples.ts";
import { Recent } from "./recent.ts";
import { colourRecord } from "./record.ts";

function filled(capacity: number, codes: readonly string[]): Recent {
  const recent = new Recent(capacity);
  codes.forEach((code, at) => {
    recent.push({ record: colourRecord(colour(code, at)), channels: [`colours:${code.slice(0, 2)}`] });
  });
  return recent;
}

const offsets = (recent: Recent, channel: string, since: number, most = 10) =>
  recent.missed(channel, since, most)?.map(({ offset }) => offset);

test("what a channel was told since, oldest first, the newest of each key", () => {
  const recent = filled(10, ["3301", "4401", "3302", "3301", "3303"]);
  expect(offsets(recent, "colours:33", 0)).toEqual([3, 4, 5]);
  expect(offsets(recent, "colours:33", 4)).toEqual([5]);
  expect(offsets(recent, "colours:33", 5)).toEqual([]);
  expect(offsets(recent, "colours:44", 2)).toEqual([]);
});

test("an offset that was never given out, or of which too little is kept, is not known", () => {
  const recent = filled(3, ["3301", "3302", "3303", "3304", "3305"]);
  expect(offsets(recent, "colours:33", 6)).toBeUndefined();
  expect(offsets(recent, "colours:33", 2)).toEqual([3, 4, 5]);
  expect(offsets(recent, "colours:33", 1)).toBeUndefined();
  expect(offsets(recent, "colours:44", 1)).toBeUndefined();
});

test("more than is asked for is not known either", () => {
  const recent = filled(10, ["3301", "3302", "3303"]);
  expect(offsets(recent, "colours:33", 0, 2)).toBeUndefined();
  expect(offsets(recent, "colours:33", 1, 2)).toEqual([2, 3]);
});

test("nothing yet: only the offset 0 is known", () => {
  expect(offsets(new Recent(3), "colours:33", 0)).toEqual([]);
  expect(offsets(new Recent(3), "colours:33", 1)).toBeUndefined();
});
