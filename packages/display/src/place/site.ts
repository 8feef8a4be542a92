import { regionPath, type Text } from "@sanfen/model";
import { readBilingual, readFields, readFlag, readList, readNumber, readText } from "../read-json.ts";

/** Whose platform this is: what `GET /v1/site` answers. */
export interface SiteView {
  readonly name: string;
  readonly title: Text;
  /** Code of the widest region. */
  readonly root: string;
  readonly levels: readonly { readonly id: string; readonly title: Text }[];
  readonly regions: readonly RegionView[];
  readonly simulated: boolean;
  /** `records`: historical data, whose days come from what was imported. */
  readonly clock: "calendar" | "records";
  /** IANA zone. */
  readonly zone: string;
  readonly rulebooks: readonly RulebookView[];
}

export interface RegionView {
  readonly code: string;
  readonly name: Text;
  readonly level: string;
  /** Place in the tile map of its parent. */
  readonly tile: { readonly x: number; readonly y: number } | null;
}

export interface RulebookView {
  /** `id@version`. */
  readonly key: string;
  readonly title: Text;
  /** Best first. */
  readonly grades: readonly { readonly id: string; readonly title: Text }[];
  /** Holds numbers that are not the regime's own. */
  readonly illustrative: boolean;
}

/** Undefined when the answer is no site: no root, or no regions. */
export function readSite(value: unknown): SiteView | undefined {
  const fields = readFields(value);
  const root = readText(fields?.["root"]);
  const regions = readList(fields?.["regions"], readRegion);
  if (!fields || !root || regions.length === 0) return undefined;
  const name = readText(fields["name"]) ?? root;
  return {
    name,
    title: readBilingual(fields["title"], name),
    root,
    levels: readList(fields["levels"], readTitled),
    regions,
    simulated: readFlag(fields["simulated"]),
    clock: fields["clock"] === "records" ? "records" : "calendar",
    zone: readText(fields["zone"]) ?? "UTC",
    rulebooks: readList(fields["rulebooks"], readRulebook),
  };
}

/** The region with that code, if the site lists it. */
export function regionOf(site: SiteView, code: string): RegionView | undefined {
  return site.regions.find((region) => region.code === code);
}

/** The listed regions that lead to `code`, widest first, itself last; a parent that the site does not list is passed over. */
export function pathTo(site: SiteView, code: string): RegionView[] {
  return regionPath(code)
    .map((step) => regionOf(site, step))
    .filter((region) => region !== undefined);
}

/** The regions right below `code`, in the site's order. */
export function childrenOf(site: SiteView, code: string): RegionView[] {
  const listed = new Set(site.regions.map((region) => region.code));
  const parentOf = (region: RegionView) =>
    regionPath(region.code).findLast((step) => step !== region.code && listed.has(step));
  return site.regions.filter((region) => parentOf(region) === code);
}

/** Where the display starts: the widest region that has more than one part. */
export function homeOf(site: SiteView): string {
  let code = site.root;
  let parts = childrenOf(site, code);
  while (parts.length === 1) {
    code = parts[0]!.code;
    parts = childrenOf(site, code);
  }
  return code;
}

function readRegion(value: unknown): RegionView | undefined {
  const fields = readFields(value);
  const code = readText(fields?.["code"]);
  if (!fields || !code) return undefined;
  const tile = readFields(fields["tile"]);
  const x = readNumber(tile?.["x"]);
  const y = readNumber(tile?.["y"]);
  return {
    code,
    name: readBilingual(fields["name"], code),
    level: readText(fields["level"]) ?? "",
    tile: x === undefined || y === undefined ? null : { x, y },
  };
}

function readRulebook(value: unknown): RulebookView | undefined {
  const fields = readFields(value);
  const key = readText(fields?.["key"]);
  if (!fields || !key) return undefined;
  return {
    key,
    title: readBilingual(fields["title"], key),
    grades: readList(fields["grades"], readTitled),
    illustrative: readFlag(fields["illustrative"]),
  };
}

function readTitled(value: unknown): { id: string; title: Text } | undefined {
  const fields = readFields(value);
  const id = readText(fields?.["id"]);
  return id === undefined ? undefined : { id, title: readBilingual(fields?.["title"], id) };
}
