import { isPalette, type Palette } from "../palette.ts";
import { isLanguage, type Language } from "../words.ts";

/** What the address says after `#`: where we are, and how it is shown. A link or a bookmark of a wall carries all of it. */
export interface Route {
  /** Region shown; null: where the display starts. */
  readonly region: string | null;
  /** Enterprise opened in it. */
  readonly enterprise: string | null;
  readonly language: Language;
  readonly palette: Palette;
}

/** Reads the part after `#`; what it does not say, or says in words not known here, is as in `otherwise`. */
export function parseRoute(hash: string, otherwise: Pick<Route, "language" | "palette">): Route {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const language = parts.get("lang") ?? "";
  const palette = parts.get("palette") ?? "";
  return {
    region: parts.get("region") || null,
    enterprise: parts.get("enterprise") || null,
    language: isLanguage(language) ? language : otherwise.language,
    palette: isPalette(palette) ? palette : otherwise.palette,
  };
}

export function formatRoute(route: Route): string {
  const parts = new URLSearchParams();
  if (route.region !== null) parts.set("region", route.region);
  if (route.enterprise !== null) parts.set("enterprise", route.enterprise);
  parts.set("lang", route.language);
  parts.set("palette", route.palette);
  return `#${parts.toString()}`;
}
