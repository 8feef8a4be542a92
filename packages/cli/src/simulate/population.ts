/** The enterprises of a simulation: who they are, where, what they make, and how well. Pure. */
import { makeUscc, type Day, type RegionCode, type Site } from "@sanfen/model";
import type { Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { COUNTY_SPREAD, FAILING, LEAVERS, MOVERS, NEWCOMERS } from "./rates.ts";

export interface Enterprise {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly roles: readonly ("maker" | "seller")[];
  readonly products: readonly string[];
  readonly registeredOn: Day;
  readonly deregisteredOn: Day | null;
  /** Where it is from its registration on. */
  readonly town: RegionCode;
  readonly move: { readonly on: Day; readonly town: RegionCode } | null;
  /** Chance that a sample fails, from 0 to 1: the trait behind its facts that no fact states. */
  readonly failing: number;
  /** Holds a production licence. */
  readonly licensed: boolean;
}

export interface Population {
  readonly enterprises: readonly Enterprise[];
  /** Counties with the products that many of their firms make, the neighbours' among them. */
  readonly counties: readonly County[];
}

interface County {
  readonly code: RegionCode;
  readonly specialities: readonly string[];
  readonly neighbours: readonly RegionCode[];
}

/** Firms of a county that make one of its specialities. */
const SPECIALISED = 0.55;
const MOST_FAILING = 0.75;
/** Deviation of the logarithm: towns differ a little, firms much, so that failures come from few. */
const TOWN_SIGMA = 0.4;
const FIRM_SIGMA = 1.25;
const TOWN_SIZE_SIGMA = 0.6;
/** A town smaller than this is not coloured: each gets so many first. */
const LEAST_IN_TOWN = 8;
const OLDEST_DAYS = 20 * 365;

/** The same plan gives the same population. Throws RangeError for a site that has no towns or no products. */
export function makePopulation(site: Site, plan: Plan): Population {
  const random = new Random(plan.seed, 0);
  const towns = site.regions.filter(({ code }) => /^\d{9}$/.test(code)).map(({ code }) => code);
  if (towns.length === 0 || site.products.length === 0) throw new RangeError(`${site.name} has no towns or products`);
  const counties = makeCounties(site, random);
  const quality = qualities(towns, counties, random);
  const places = settle(towns, plan.enterprises, random);
  const high = new Set(site.products.filter(({ tier }) => tier === "high").map(({ code }) => code));
  const enterprises = places.map((town, i) => {
    const number = i + 1;
    const county = counties.find(({ code }) => town.startsWith(code))!;
    const roles = random.weighted<Enterprise["roles"]>([
      [["maker"], 0.55],
      [["seller"], 0.3],
      [["maker", "seller"], 0.15],
    ]);
    const products = chooseProducts(site, county, random);
    const registeredOn = random.chance(NEWCOMERS)
      ? random.int(plan.from + 1, Math.max(plan.from + 1, plan.present - 1))
      : plan.from - random.int(30, OLDEST_DAYS);
    const begins = Math.max(plan.from, registeredOn);
    return {
      id: makeUscc("9", "1", county.code, number),
      number,
      name: `模拟企业 ${String(number).padStart(5, "0")} (simulated)`,
      roles,
      products,
      registeredOn,
      deregisteredOn: random.chance(LEAVERS) ? within(begins, plan.present, random) : null,
      town,
      move: random.chance(MOVERS) ? { on: within(begins, plan.present, random), town: random.pick(towns) } : null,
      failing: quality.get(town)! * random.lognormal(FIRM_SIGMA),
      licensed: roles.includes("maker") && products.some((product) => high.has(product)),
    };
  });
  return { enterprises: onAverage(enterprises), counties };
}

/** Scales the chances of failing, so that however the towns turned out the mean is the published one. */
function onAverage(enterprises: readonly Enterprise[]): Enterprise[] {
  const mean = enterprises.reduce((sum, { failing }) => sum + failing, 0) / enterprises.length;
  return enterprises.map((each) => ({ ...each, failing: Math.min(MOST_FAILING, (each.failing / mean) * FAILING) }));
}

/** Whether it is on the register on a day. */
export function isActive({ registeredOn, deregisteredOn }: Enterprise, day: Day): boolean {
  return registeredOn <= day && (deregisteredOn === null || day < deregisteredOn);
}

export function townOn({ town, move }: Enterprise, day: Day): RegionCode {
  return move && move.on <= day ? move.town : town;
}

function within(from: Day, to: Day, random: Random): Day {
  return random.int(from + 1, Math.max(from + 1, to));
}

/** A county's first speciality is its own, the second that of a neighbour: what fails there may fail here too. */
function makeCounties(site: Site, random: Random): County[] {
  const regions = site.regions.filter(({ code }) => /^\d{6}$/.test(code));
  const own = new Map(regions.map(({ code }) => [code, random.pick(site.products).code]));
  return regions.map(({ code, tile }) => {
    const beside = regions
      .filter((other) => tile && other.tile && Math.abs(tile.x - other.tile.x) + Math.abs(tile.y - other.tile.y) === 1)
      .map((other) => other.code);
    const neighbours =
      beside.length > 0 ? beside : regions.map((other) => other.code).filter((other) => other !== code);
    const others = neighbours.map((neighbour) => own.get(neighbour)!);
    return { code, neighbours, specialities: [own.get(code)!, ...others] };
  });
}

/** How the towns stand to each other in the share of failures. */
function qualities(towns: readonly RegionCode[], counties: readonly County[], random: Random): Map<RegionCode, number> {
  const order = random.shuffled(counties.map(({ code }) => code));
  return new Map(
    towns.map((town) => {
      const place = order.findIndex((code) => town.startsWith(code));
      // More counties than steps, or fewer: taken from the spread at even distances.
      const step = order.length > 1 ? (place / (order.length - 1)) * (COUNTY_SPREAD.length - 1) : 3;
      return [town, COUNTY_SPREAD[Math.round(step)]! * random.lognormal(TOWN_SIGMA)];
    }),
  );
}

/** A town for each enterprise; sizes are uneven, none is empty where there are enough. */
function settle(towns: readonly RegionCode[], enterprises: number, random: Random): RegionCode[] {
  const weights = towns.map((town): [RegionCode, number] => [town, random.lognormal(TOWN_SIZE_SIGMA)]);
  const least = Math.min(LEAST_IN_TOWN, Math.floor(enterprises / towns.length));
  const places = towns.flatMap((town) => Array.from({ length: least }, () => town));
  while (places.length < enterprises) places.push(random.weighted(weights));
  return random.shuffled(places);
}

function chooseProducts(site: Site, county: County, random: Random): readonly string[] {
  const products = new Set<string>();
  if (random.chance(SPECIALISED))
    products.add(random.chance(0.5) ? county.specialities[0]! : random.pick(county.specialities));
  const more = random.weighted<number>([
    [1, 0.5],
    [2, 0.35],
    [3, 0.15],
  ]);
  while (products.size < more) products.add(random.pick(site.products).code);
  return [...products].sort();
}
