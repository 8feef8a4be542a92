import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PALETTES } from "../palette.ts";
import { LANGUAGES } from "../words.ts";
import { formatRoute, parseRoute } from "./route.ts";

const otherwise = { language: "en", palette: "standard" } as const;

test.each(["", "#", "#lang=klingon&palette=mud&region=", "#%E0%A4%A", "#&&=&"])("%j leaves all as it was", (hash) => {
  expect(parseRoute(hash, otherwise)).toEqual({ region: null, enterprise: null, ...otherwise });
});

test("an address says the place, the language and the palette", () => {
  expect(parseRoute("#region=chicago%2F11&enterprise=a%26b&lang=zh&palette=safe", otherwise)).toEqual({
    region: "chicago/11",
    enterprise: "a&b",
    language: "zh",
    palette: "safe",
  });
});

test("what is written is read back", () => {
  const name = fc.option(fc.string({ minLength: 1, unit: "grapheme" }));
  const route = fc.record({
    region: name,
    enterprise: name,
    language: fc.constantFrom(...LANGUAGES),
    palette: fc.constantFrom(...PALETTES),
  });
  fc.assert(
    fc.property(route, (given) => {
      expect(parseRoute(formatRoute(given), otherwise)).toEqual(given);
    }),
  );
});
