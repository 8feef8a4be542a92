import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { enterpriseIdProblem, makeUscc } from "./enterprise-id.ts";

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const problem = (code: string): string | undefined => enterpriseIdProblem("uscc", code);
const withCharacter = (code: string, place: number, character: string): string =>
  code.slice(0, place) + character + code.slice(place + 1);

describe("a unified social credit code is refused", () => {
  test.each([
    ["", "a unified social credit code has 18 characters, this has 0"],
    ["91350100M000100Y4", "a unified social credit code has 18 characters, this has 17"],
    ["91350100M000100Y43 ", "a unified social credit code has 18 characters, this has 19"],
    ["91350100M000100Y4Z", 'character 18 is "Z": only digits and capitals without I, O, S, V, Z occur'],
    ["91350100m000100Y43", 'character 9 is "m": only digits and capitals without I, O, S, V, Z occur'],
    ["9135010０M000100Y43", 'character 8 is "０": only digits and capitals without I, O, S, V, Z occur'],
    ["91350100M000100Y😀3", 'character 17 is "😀": only digits and capitals without I, O, S, V, Z occur'],
    ["01350100M000100Y43", "no registry has the first character 0"],
    ["B1350100M000100Y43", "no registry has the first character B"],
    ["90350100M000100Y43", "no category has the second character 0"],
    ["9A350100M000100Y43", "no category has the second character A"],
    ["913501A0M000100Y43", "characters 3 to 8 are a region's six digits, not 3501A0"],
    ["91990100M000100Y43", "no province has the code 99 (characters 3 and 4)"],
    ["91350100M000100Y53", "the organisation code's check character (17) should be 4, found 5"],
    ["91350100M000100Y44", "the check character (18) should be 3, found 4"],
  ])("%s: %s", (code, expected) => {
    expect(problem(code)).toBe(expected);
  });
});

test.each([
  "91350100M000100Y43", // worked by hand: the sum is 1640
  "91330402MA28A0002D",
  "91330100799655058B",
  "914403001922038216",
  "91110000600037341L",
  "91100000100003962T", // registered with the state itself
])("%s is valid", (code) => {
  expect(problem(code)).toBeUndefined();
});

test("letters weigh more in the organisation code than in the code around it", () => {
  // With the outer alphabet (M 21 instead of 22) this organisation code would ask for another check character.
  expect(problem("91330402MA28A0002D")).toBeUndefined();
  expect(problem("91330402MA28A0005D")).toBe("the organisation code's check character (17) should be 2, found 5");
});

const codes = fc
  .record({
    registry: fc.constantFrom(...Array.from("123456789ANY")),
    category: fc.constantFrom(...Array.from("123459")),
    region: fc.constantFrom("330402", "330483", "100000", "659004", "820000"),
    serial: fc.integer({ min: 0, max: 31 ** 7 - 1 }),
  })
  .map(({ registry, category, region, serial }) => ({
    registry,
    category,
    region,
    serial,
    code: makeUscc(registry, category, region, serial),
  }));

describe("makeUscc", () => {
  test.each([
    ["9", "1", "330402", -1],
    ["9", "1", "330402", 1.5],
    ["9", "1", "330402", Number.NaN],
    ["9", "1", "330402", 31 ** 7],
    ["0", "1", "330402", 1],
    ["9", "", "330402", 1],
    ["9", "1", "33040", 1],
    ["9", "1", "990402", 1],
    ["9", "1", "33040I", 1],
  ])("refuses %s %s %s %d", (registry, category, region, serial) => {
    expect(() => makeUscc(registry, category, region, serial)).toThrow(RangeError);
  });

  test("makes valid codes that carry what was asked for", () => {
    fc.assert(
      fc.property(codes, ({ registry, category, region, code }) => {
        expect(problem(code)).toBeUndefined();
        expect(code.slice(0, 9)).toBe(`${registry}${category}${region}Y`);
      }),
    );
  });

  test("gives every serial number its own code, and always the same", () => {
    const some = Array.from({ length: 7_000 }, (_, serial) => makeUscc("9", "1", "330402", serial));
    expect(new Set(some).size).toBe(some.length);
    expect(makeUscc("9", "1", "330402", 6_999)).toBe(some.at(-1));
  });
});

describe("what the checks notice", () => {
  test("every single changed character, at every place, to every other character", () => {
    fc.assert(
      fc.property(codes, ({ code }) => {
        for (let place = 0; place < code.length; place += 1)
          for (const character of ALPHABET)
            if (character !== code.charAt(place)) expect(problem(withCharacter(code, place, character))).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  test("every exchange of two different characters, but of the first with the last", () => {
    fc.assert(
      fc.property(codes, fc.nat({ max: 17 }), fc.nat({ max: 17 }), ({ code }, i, j) => {
        fc.pre(code.charAt(i) !== code.charAt(j) && !(Math.min(i, j) === 0 && Math.max(i, j) === 17));
        expect(problem(withCharacter(withCharacter(code, i, code.charAt(j)), j, code.charAt(i)))).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test("not the exchange of the first with the last, when a registry comes out", () => {
    expect(problem("91350100M000100Y43")).toBeUndefined();
    expect(problem("31350100M000100Y49")).toBeUndefined();
  });
});

describe("an opaque identifier", () => {
  test.each([
    ["", "an identifier is not empty"],
    ["x".repeat(129), "an identifier has at most 128 characters, this has 129"],
    ["a\nb", "an identifier has no invisible characters"],
    ["a\u200bb", "an identifier has no invisible characters"],
    ["\u202eabc", "an identifier has no invisible characters"],
    [" 1", "an identifier has no blanks at its ends"],
    ["1\u3000", "an identifier has no blanks at its ends"],
    ["a\ud800", "an identifier is well-formed Unicode"],
  ])("%j is refused", (id, expected) => {
    expect(enterpriseIdProblem("opaque", id)).toBe(expected);
  });

  test.each(["1", "2215873", "licence 12/B", "证 15", "x".repeat(128)])("%j is taken", (id) => {
    expect(enterpriseIdProblem("opaque", id)).toBeUndefined();
  });
});
