import { expect, test } from "vitest";
import { readEnterprise, readEnterprisePage } from "./enterprise.ts";

test.each([undefined, [], "x", {}, { id: "" }, { id: 7 }])("%j is no enterprise", (value) => {
  expect(readEnterprise(value)).toBeUndefined();
});

test.each([undefined, [], {}, { items: {} }])("%j is no page", (value) => {
  expect(readEnterprisePage(value)).toBeUndefined();
});

test("a clause may be in one language or in both", () => {
  const reasons = [
    { clause: "4.2", text: "failed sample", points: 20, facts: ["a", 1] },
    { clause: "5", text: { zh: "投诉", en: "complaint" } },
    { text: "no clause" },
  ];
  expect(readEnterprise({ id: "x", name: "X", grade: "risk", score: 26, healthCode: "purple", reasons })).toEqual({
    id: "x",
    name: "X",
    grade: "risk",
    score: 26,
    healthCode: "none",
    region: "",
    products: [],
    rulebook: "",
    asOf: "",
    nextReviewOn: null,
    simulated: false,
    reasons: [
      { clause: "4.2", text: { zh: "failed sample", en: "failed sample" }, points: 20, facts: ["a"] },
      { clause: "5", text: { zh: "投诉", en: "complaint" }, points: null, facts: [] },
    ],
  });
});

test("rows that cannot be read are left out of a page", () => {
  expect(readEnterprisePage({ items: [{ id: "x" }, null], next: "c" })).toEqual({
    items: [{ id: "x", name: "x", grade: "", score: null, healthCode: "none" }],
    next: "c",
  });
});
