import { parseDay } from "./day.ts";
import type { Problem } from "./problem.ts";
import { parentRegion, regionPath } from "./region.ts";
import { boolean, integer, list, object, oneOf, string } from "./shape.ts";
import type { Site } from "./site.ts";
import { TIERS } from "./tier.ts";

const CN_CODE = /^(?:\d{2}|\d{4}|\d{6}|\d{9})$/;
const PATH_CODE = /^(?=.*[^\d/])[a-z0-9-]+(?:\/[a-z0-9-]+)*$/;

const words = string((text) => text.trim() !== "", "a text that says something");
const id = string((text) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text), "small letters, digits and single hyphens");
const regionCode = string(
  (text) => CN_CODE.test(text) || PATH_CODE.test(text),
  "a division code (2, 4, 6 or 9 digits) or a path like chicago/11",
);
const text = object({ zh: words, en: words });

const siteShape = object({
  name: id,
  title: text,
  zone: string(isZone, "an IANA time zone"),
  clock: oneOf(["calendar", "records"]),
  enterpriseIds: oneOf(["uscc", "opaque"]),
  root: regionCode,
  levels: list(object({ id, title: text }), 1),
  regions: list(
    object({ code: regionCode, name: text, level: id }, { tile: object({ x: integer(0), y: integer(0) }) }),
    1,
  ),
  products: list(object({ code: id, name: text, tier: oneOf(TIERS) }, { category: words, illustrative: boolean })),
  bindings: list(
    object({
      jurisdiction: list(regionCode, 1),
      rulebook: id,
      version: integer(1),
      from: string((day) => parseDay(day) !== undefined, "a date, YYYY-MM-DD"),
    }),
  ),
  mappings: list(id),
});

/**
 * The site that a JSON document describes, or everything that is wrong with it: first its form, and if that is right,
 * whether it holds together (codes unique, parents and levels there, tiles apart, bindings naming regions of the site).
 */
export function checkSite(document: unknown): { site: Site } | { problems: Problem[] } {
  const problems: Problem[] = [];
  siteShape(document, "", (problem) => problems.push(problem));
  if (problems.length > 0) return { problems };
  const site = document as Site;
  problems.push(...duplicates(site), ...regionProblems(site), ...tileProblems(site), ...bindingProblems(site));
  return problems.length > 0 ? { problems } : { site };
}

function duplicates(site: Site): Problem[] {
  return [
    ...repeated(site.levels, "/levels", "/id", (level) => level.id),
    ...repeated(site.regions, "/regions", "/code", (region) => region.code),
    ...repeated(site.products, "/products", "/code", (product) => product.code),
    ...repeated(site.mappings, "/mappings", "", (mapping) => mapping),
    // From one day on a rulebook applies to a jurisdiction once: with one version.
    ...repeated(site.bindings, "/bindings", "", ({ rulebook, from, jurisdiction }) =>
      [rulebook, from, ...jurisdiction.toSorted()].join(" "),
    ),
  ];
}

function regionProblems(site: Site): Problem[] {
  const problems: Problem[] = [];
  const levels = new Map(site.levels.map((level, depth) => [level.id, depth]));
  const levelOf = new Map(site.regions.map((region) => [region.code, levels.get(region.level)]));
  if (!levelOf.has(site.root)) problems.push(unknownRegion("/root", site.root));
  for (const [i, { code, level }] of site.regions.entries()) {
    const pointer = `/regions/${i}`;
    const depth = levels.get(level);
    if (depth === undefined)
      problems.push({ pointer: `${pointer}/level`, code: "unknown-level", detail: `the site has no level ${level}` });
    if (code === site.root) continue;
    const parent = parentRegion(code);
    if (!regionPath(code).includes(site.root))
      problems.push({ pointer: `${pointer}/code`, code: "outside", detail: `${code} does not lie in ${site.root}` });
    else if (parent === undefined || !levelOf.has(parent))
      problems.push({ pointer: `${pointer}/code`, code: "no-parent", detail: `${code} lies in ${parent}, not listed` });
    else if (depth !== undefined && depth <= (levelOf.get(parent) ?? -1))
      problems.push({
        pointer: `${pointer}/level`,
        code: "level-order",
        detail: `${code} is a ${level}, which is not below its parent's level`,
      });
  }
  return problems;
}

function tileProblems(site: Site): Problem[] {
  const taken = new Map<string, string>();
  return site.regions.flatMap(({ code, tile }, i) => {
    if (!tile) return [];
    const place = `${parentRegion(code)} ${tile.x} ${tile.y}`;
    const other = taken.get(place);
    taken.set(place, code);
    return other === undefined
      ? []
      : [{ pointer: `/regions/${i}/tile`, code: "tile-taken", detail: `${code} has the same tile as ${other}` }];
  });
}

function bindingProblems(site: Site): Problem[] {
  const known = new Set(site.regions.map((region) => region.code));
  return site.bindings.flatMap(({ jurisdiction }, i) => [
    ...repeated(jurisdiction, `/bindings/${i}/jurisdiction`, "", (code) => code),
    ...jurisdiction.flatMap((code, j) =>
      known.has(code) ? [] : [unknownRegion(`/bindings/${i}/jurisdiction/${j}`, code)],
    ),
  ]);
}

function unknownRegion(pointer: string, code: string): Problem {
  return { pointer, code: "unknown-region", detail: `the site has no region ${code}` };
}

function repeated<T>(items: readonly T[], list: string, member: string, keyOf: (item: T) => string): Problem[] {
  const first = new Map<string, number>();
  return items.flatMap((item, i) => {
    const key = keyOf(item);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, i);
      return [];
    }
    return [
      { pointer: `${list}/${i}${member}`, code: "duplicate", detail: `${key} stands at ${list}/${earlier} already` },
    ];
  });
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
