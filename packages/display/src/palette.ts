import type { Colour } from "@sanfen/model";

/** The ways to paint the colours; none of them stands alone: every tile has a letter, a pattern and a border too. */
export const PALETTES = ["standard", "safe", "viridis"] as const;
export type Palette = (typeof PALETTES)[number];

export interface Paint {
  /** Of the area, `#rrggbb`. */
  readonly fill: string;
  /** Of text on it: contrast 4.5 at least (WCAG 2.2, 1.4.3). */
  readonly ink: string;
}

export type Coloured = Exclude<Colour, "none">;

const DARK = "#10151c";
const LIGHT = "#ffffff";

/**
 * `standard`: the colours by their names. `safe`: the same hues, with lightness and saturation chosen so that every two
 * stay apart (CIEDE2000 ≥ 20) with any of the three colour-vision deficiencies. `viridis`: no hues to name, light is
 * worst, in equal steps; for print and for grey too.
 */
export const PAINTS: Readonly<Record<Palette, Readonly<Record<Coloured, Paint>>>> = {
  standard: {
    red: { fill: "#cf2f38", ink: LIGHT },
    orange: { fill: "#ee8a2b", ink: DARK },
    yellow: { fill: "#f0cf3c", ink: DARK },
    blue: { fill: "#2b6fc0", ink: LIGHT },
    green: { fill: "#24794a", ink: LIGHT },
  },
  safe: {
    red: { fill: "#9a1b2b", ink: LIGHT },
    orange: { fill: "#f26a1b", ink: DARK },
    yellow: { fill: "#ffe79a", ink: DARK },
    blue: { fill: "#1d3fa8", ink: LIGHT },
    green: { fill: "#4c9a8e", ink: DARK },
  },
  viridis: {
    red: { fill: "#fdf03a", ink: DARK },
    orange: { fill: "#74c99a", ink: DARK },
    yellow: { fill: "#1f8069", ink: LIGHT },
    blue: { fill: "#40489a", ink: LIGHT },
    green: { fill: "#2a0636", ink: LIGHT },
  },
};

export function isPalette(text: string): text is Palette {
  return PALETTES.some((palette) => palette === text);
}

/** Letter of a colour, by language: what tells it without sight of the hue. */
export const LETTERS: Readonly<Record<Colour, { readonly zh: string; readonly en: string }>> = {
  red: { zh: "红", en: "R" },
  orange: { zh: "橙", en: "O" },
  yellow: { zh: "黄", en: "Y" },
  blue: { zh: "蓝", en: "B" },
  green: { zh: "绿", en: "G" },
  none: { zh: "—", en: "—" },
};

/** The palettes as style rules: `[data-palette]` gives `--red` and `--red-ink` and so on, for the stylesheet to use. */
export function paletteCss(): string {
  const rules = PALETTES.map((palette) => {
    const paints = Object.entries(PAINTS[palette]).map(
      ([name, { fill, ink }]) => `--${name}:${fill};--${name}-ink:${ink};`,
    );
    return `[data-palette="${palette}"]{${paints.join("")}}`;
  });
  return rules.join("\n");
}
