import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  lab,
  parse,
  wcagContrast,
} from "culori";
import { COLOURS } from "@sanfen/model";
import { describe, expect, test } from "vitest";
import { isPalette, LETTERS, PAINTS, type Palette, paletteCss, PALETTES } from "./palette.ts";

const VISIONS = {
  usual: (colour: string) => parse(colour)!,
  protanopia: (colour: string) => filterDeficiencyProt(1)(parse(colour)!),
  deuteranopia: (colour: string) => filterDeficiencyDeuter(1)(parse(colour)!),
  tritanopia: (colour: string) => filterDeficiencyTrit(1)(parse(colour)!),
};
const difference = differenceCiede2000();

/** The two colours of a palette that are hardest to tell apart, as one sees them, and by how much. */
function hardest(palette: Palette, see: (typeof VISIONS)["usual"]): { pair: string; delta: number } {
  const paints = Object.entries(PAINTS[palette]);
  const pairs = paints.flatMap(([a, { fill }], i) =>
    paints.slice(i + 1).map(([b, other]) => ({ pair: `${a}/${b}`, delta: difference(see(fill), see(other.fill)) })),
  );
  return pairs.reduce((worst, pair) => (pair.delta < worst.delta ? pair : worst));
}

describe("palettes", () => {
  test.each(Object.keys(VISIONS) as (keyof typeof VISIONS)[])("safe: every two colours apart with %s", (vision) => {
    expect(hardest("safe", VISIONS[vision]).delta).toBeGreaterThanOrEqual(20);
  });

  test.each(Object.keys(VISIONS) as (keyof typeof VISIONS)[])("viridis: every two colours apart with %s", (vision) => {
    expect(hardest("viridis", VISIONS[vision]).delta).toBeGreaterThanOrEqual(20);
  });

  test("the measure can fail: the standard palette has two colours that look alike to some", () => {
    expect(hardest("standard", VISIONS.deuteranopia).delta).toBeLessThan(20);
  });

  test("viridis runs from light for the worst to dark for the best", () => {
    const lightness = Object.values(PAINTS.viridis).map(({ fill }) => lab(fill)!.l);
    expect(lightness).toEqual(lightness.toSorted((a, b) => b - a));
  });

  test.each(PALETTES)("%s: text on every colour has contrast 4.5", (palette) => {
    for (const [name, { fill, ink }] of Object.entries(PAINTS[palette])) {
      expect(wcagContrast(fill, ink), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("every colour has a letter of its own in both languages", () => {
    expect(new Set(COLOURS.map((colour) => LETTERS[colour].zh)).size).toBe(COLOURS.length);
    expect(new Set(COLOURS.map((colour) => LETTERS[colour].en)).size).toBe(COLOURS.length);
  });

  test("the stylesheet gets every palette", () => {
    const css = paletteCss();
    for (const palette of PALETTES) expect(css).toContain(`[data-palette="${palette}"]`);
    expect(css).toContain("--red:#9a1b2b;--red-ink:#ffffff;");
  });

  test("names that are none are none", () => {
    expect(isPalette("safe")).toBe(true);
    expect(isPalette("")).toBe(false);
    expect(isPalette("toString")).toBe(false);
  });
});
