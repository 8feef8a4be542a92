/**
 * Regions are codes whose prefixes are their parents, by whole segments. Two forms: `cn-division` (GB/T 2260 and the
 * statistical code: province 2 digits, city 4, county 6, town 9) and paths with `/` (`chicago/11`).
 */
export type RegionCode = string;

const CN_LENGTHS = [2, 4, 6, 9];

/**
 * The code's ancestors and itself, widest first: `330402001` → `33`, `3304`, `330402`, `330402001`. Digits of another
 * length than the standard's are no division of it: such a code has no ancestors.
 */
export function regionPath(code: RegionCode): RegionCode[] {
  if (/^\d+$/.test(code) && CN_LENGTHS.includes(code.length))
    return CN_LENGTHS.filter((n) => n <= code.length).map((n) => code.slice(0, n));
  const segments = code.split("/");
  return segments.map((_, i) => segments.slice(0, i + 1).join("/"));
}

/** The next wider region, or undefined for the widest. */
export function parentRegion(code: RegionCode): RegionCode | undefined {
  return regionPath(code).at(-2);
}

/** Whether `code` is `ancestor` or lies in it: `chicago/11` does not lie in `chicago/1`. */
export function isWithin(code: RegionCode, ancestor: RegionCode): boolean {
  return code === ancestor || regionPath(code).includes(ancestor);
}

/**
 * The codes of a region and all within it, as a half-open range of text: `3304` ≤ code < `3304:`, `chicago/1` ≤ code <
 * `chicago/10` (`/` comes just before `0`, `:` just after `9`).
 */
export function regionRange(code: RegionCode): { readonly gte: string; readonly lt: string } {
  return { gte: code, lt: `${code}${/^\d+$/.test(code) ? ":" : "0"}` };
}
