import type { Day, Site } from "@sanfen/model";
import { YEAR_DAYS } from "./rates.ts";

/** What a simulation is a function of, besides the site. */
export interface Plan {
  readonly seed: number;
  readonly enterprises: number;
  /** First day of the history. */
  readonly from: Day;
  /** The present of the history, which its last outbreak leads up to. */
  readonly present: Day;
}

export interface Size {
  readonly seed: number;
  readonly years: number;
  readonly enterprises: number;
}

/** The size of Jiaxing's population: more than 7,000 enterprises under supervision in 2021. */
export const FULL_SIZE: Size = { seed: 4, years: 6, enterprises: 7_000 };

/** The history of so many years that ends on the day before `present`. */
export function planUntil(present: Day, { seed, years, enterprises }: Size): Plan {
  return { seed, enterprises, from: present - daysOf(years), present };
}

/** The history of so many years that began on a day: the same as was begun then. */
export function planFrom(from: Day, { seed, years, enterprises }: Size): Plan {
  return { seed, enterprises, from, present: from + daysOf(years) };
}

function daysOf(years: number): number {
  return Math.max(1, Math.round(years * YEAR_DAYS));
}

/** Why a site cannot be simulated; undefined when it can. */
export function whyNotSimulated(site: Site): string | undefined {
  if (site.enterpriseIds !== "uscc") return "its enterprises are not known by unified social credit codes";
  if (site.clock !== "calendar") return "its clock follows the dates of imported records";
  if (!site.regions.some(({ code }) => /^\d{9}$/.test(code))) return "it has no towns (codes of nine digits)";
  if (site.products.length === 0) return "it has no catalogue of products";
  return undefined;
}
