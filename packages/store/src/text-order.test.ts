import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareTexts } from "./text-order.ts";

test("texts have the order of their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("characters beyond the basic plane come after the private use area and full-width forms", () => {
  expect(["𠮷", "\uFF5E", "\uE000", "\uD7FF"].sort(compareTexts)).toEqual(["\uD7FF", "\uE000", "\uFF5E", "𠮷"]);
});
