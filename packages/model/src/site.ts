import type { RegionCode } from "./region.ts";
import type { Text } from "./text.ts";

/** Whose platform this is. Ships as `sites/<name>/site.json`; its mappings lie beside it; `checkSite` checks one. */
export interface Site {
  readonly name: string;
  readonly title: Text;
  /** IANA zone in which days begin. */
  readonly zone: string;
  /** `calendar`: days come from the zone's clock. `records`: historical data, days come from the imported dates. */
  readonly clock: "calendar" | "records";
  /** How enterprises are known: unified social credit code (GB 32100-2015), or any text. */
  readonly enterpriseIds: "uscc" | "opaque";
  /** The widest region of the site. */
  readonly root: RegionCode;
  /** Widest first. */
  readonly levels: readonly Level[];
  readonly regions: readonly Region[];
  readonly products: readonly Product[];
  readonly bindings: readonly Binding[];
  /** Names of mapping files beside the site, for imports. */
  readonly mappings: readonly string[];
}

export interface Level {
  readonly id: string;
  readonly title: Text;
}

export interface Region {
  readonly code: RegionCode;
  readonly name: Text;
  /** One of the site's levels. */
  readonly level: string;
  /** Place in the tile map of its parent, in whole tiles from the top left; drawn by us, no survey data. */
  readonly tile?: { readonly x: number; readonly y: number };
}

export interface Product {
  readonly code: string;
  readonly name: Text;
  readonly category?: string;
  /** Tier under a rulebook that takes its tiers from the catalogue: one of `TIERS`. */
  readonly tier: string;
  /** Name, category and tier are ours, not the regime's own. */
  readonly illustrative?: boolean;
}

/** From a day on, a rulebook (by id and version) applies to a jurisdiction: a set of region codes. */
export interface Binding {
  readonly jurisdiction: readonly RegionCode[];
  readonly rulebook: string;
  readonly version: number;
  /** `YYYY-MM-DD`. */
  readonly from: string;
}
