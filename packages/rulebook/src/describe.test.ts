import { describe, expect, test } from "vitest";
import { compileRulebook } from "./compile.ts";
import { describeReasons } from "./describe.ts";
import { TODAY, clause, fact, rulebookOf, text } from "./testing.ts";

const { illustrative: _, ...ofTheRegime } = clause({
  id: "b",
  text: text("the regime's"),
  when: { kinds: ["recall"] },
  points: 2,
});
const rulebook = rulebookOf(
  { ...ofTheRegime, published: "ours" },
  clause({ id: "a", when: { kinds: ["recall"] }, floor: "bad" }),
);
const verdict = compileRulebook(rulebook).grade(
  { facts: [fact({ id: "r", kind: "recall" })], products: [] },
  TODAY,
  () => undefined,
);

describe("a verdict's reasons", () => {
  test("have the clauses' texts and say whose the numbers are", () => {
    expect(describeReasons(rulebook, verdict)).toEqual([
      { clause: "a", text: text("a clause"), points: 0, facts: ["r"], illustrative: true },
      { clause: "b", text: text("the regime's"), points: 2, facts: ["r"], illustrative: false },
    ]);
  });

  test.each([
    ["rulebook", { ...rulebook, id: "other" }],
    ["version", { ...rulebook, version: 4 }],
    ["clauses", { ...rulebook, clauses: [] }],
  ])("are not told from another %s", (_, other) => {
    expect(() => describeReasons(other, verdict)).toThrow(RangeError);
  });
});
