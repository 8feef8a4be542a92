import { COLOURS } from "@sanfen/model";
import { describe, expect, test } from "vitest";
import { WARNING_STATES } from "./live/records.ts";
import { ALL_WORDS, percent, preferredLanguage, say, whole, wordOf } from "./words.ts";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

describe("words", () => {
  test.each(Object.entries(ALL_WORDS))("%s says the same in both languages", (_, { zh, en }) => {
    expect(zh).toMatch(/\S/);
    expect(en).toMatch(/\S/);
    expect(en).not.toMatch(/\p{Script=Han}/u);
    expect(holes(zh)).toEqual(holes(en));
  });

  test("colours, states, and the kinds, rules and levels of warnings have words", () => {
    const ofWarnings = ["recall", "region_worst", "region-worst-colour", "one", "two", "three"];
    for (const name of [...COLOURS, ...WARNING_STATES, ...ofWarnings]) expect(wordOf(name)).toBe(name);
    expect(wordOf("constructor")).toBeUndefined();
  });
});

test("say fills in what it is given, and only that", () => {
  expect(say("en", "changed", { name: "$&", from: "{to}", to: "red" })).toBe("$&: {to} to red");
  expect(say("en", "changed", { name: "x" })).toBe("x: {from} to {to}");
});

test("the browser's first language that is ours", () => {
  expect(preferredLanguage(["fr", "zh-Hans-CN", "en"])).toBe("zh");
  expect(preferredLanguage(["en-GB", "zh"])).toBe("en");
  expect(preferredLanguage(["fr"])).toBe("en");
  expect(preferredLanguage([])).toBe("en");
});

test("figures", () => {
  expect([percent(null), percent(0.12345), percent(0)]).toEqual(["—", "12.3%", "0.0%"]);
  expect(whole("zh", 7000)).toBe("7,000");
});
