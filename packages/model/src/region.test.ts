import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWithin, parentRegion, regionPath } from "./region.ts";

test.each([
  ["33", ["33"]],
  ["3304", ["33", "3304"]],
  ["330402", ["33", "3304", "330402"]],
  ["330402001", ["33", "3304", "330402", "330402001"]],
  ["chicago", ["chicago"]],
  ["chicago/11", ["chicago", "chicago/11"]],
  ["a/b/c", ["a", "a/b", "a/b/c"]],
  // Digits of a length that GB/T 2260 does not have: no division, so nothing is its parent.
  ["33040", ["33040"]],
  ["330402001001", ["330402001001"]],
  ["7", ["7"]],
])("the path of %s is %j", (code, expected) => {
  expect(regionPath(code)).toEqual(expected);
  expect(parentRegion(code)).toBe(expected.at(-2));
});

describe("isWithin", () => {
  test.each([
    ["chicago/11", "chicago/1"],
    ["chicago/1", "chicago/11"],
    ["chicago", "chicago/1"],
    ["chicagoland/1", "chicago"],
    ["330402", "330411"],
    ["3304", "330402"],
    ["330402001", "330"],
    ["33040", "3304"],
    ["330402001", "33040200"],
    ["3304", ""],
  ])("%s does not lie in %s", (code, ancestor) => {
    expect(isWithin(code, ancestor)).toBe(false);
  });

  test.each([
    ["330402001", "330402001"],
    ["330402001", "330402"],
    ["330402001", "3304"],
    ["330402001", "33"],
    ["chicago/11", "chicago"],
    ["chicago", "chicago"],
  ])("%s lies in %s", (code, ancestor) => {
    expect(isWithin(code, ancestor)).toBe(true);
  });
});

const codes = fc.oneof(
  fc.constantFrom("33", "3304", "330402", "330402001", "330411", "44"),
  fc
    .array(fc.stringMatching(/^[a-z0-9]{1,3}$/), { minLength: 1, maxLength: 4 })
    .map((segments) => ["x", ...segments].join("/")),
);

test("a path runs from the widest to the region itself, each step the parent of the next", () => {
  fc.assert(
    fc.property(codes, (code) => {
      const path = regionPath(code);
      expect(path.at(-1)).toBe(code);
      for (const [i, step] of path.entries()) {
        expect(parentRegion(step)).toBe(path[i - 1]);
        expect(isWithin(code, step)).toBe(true);
        expect(isWithin(step, code)).toBe(step === code);
      }
    }),
  );
});
