/** A simulated history: facts day by day, in the order in which they arrive. A pure function of site and plan. */
import type { Fact } from "@sanfen/events";
import { midnight, type Day, type Site } from "@sanfen/model";
import { address, happen } from "./occasions.ts";
import { outbreakDay, planOutbreaks } from "./outbreak.ts";
import type { Plan } from "./plan.ts";
import { isActive, makePopulation, type Enterprise, type Population } from "./population.ts";
import { Random } from "./random.ts";
import { PER_YEAR, season, YEAR_DAYS, type Occasion } from "./rates.ts";
import { Scribe } from "./scribe.ts";

export interface SimulatedDay {
  readonly day: Day;
  /** What arrives on it; some is dated earlier, nothing later. */
  readonly facts: readonly Fact[];
}

/** Facts arrive when offices open. */
const OPENS_MS = 9 * 3_600_000;
/** Supervision works: failures at the beginning and at the present, against the average. */
const TREND = [1.2, 0.85] as const;

/** The days from `plan.from` on, without end: who reads decides when it is enough. Holds only what is still to arrive. */
export function* simulate(site: Site, plan: Plan): Generator<SimulatedDay, never> {
  const population = makePopulation(site, plan);
  const scribe = new Scribe(new Random(plan.seed, 2), `sim${plan.seed}:`);
  const outbreaks = planOutbreaks(population, plan);
  const draw = drawer(population, scribe.random);
  const products = site.products.map(({ code }) => code);
  enter(scribe, population, plan);
  for (let day = plan.from; ; day++) {
    const trend = trendOn(day, plan);
    for (const occasion of Object.keys(PER_YEAR) as Occasion[]) {
      const mean = (PER_YEAR[occasion] / YEAR_DAYS) * season(occasion, day) * population.enterprises.length;
      for (let n = scribe.random.poisson(mean); n > 0; n--) {
        const enterprise = scribe.random.pick(population.enterprises);
        if (!isActive(enterprise, day)) continue;
        happen(scribe, occasion, { enterprise, on: day, trend, products, makerOf: draw });
      }
    }
    for (const outbreak of outbreaks) {
      if (outbreak.from <= day && day < outbreak.until) outbreakDay(scribe, outbreak, day);
    }
    yield { day, facts: dated(scribe.take(day), midnight(day, site.zone) + OPENS_MS) };
  }
}

/** Facts with the instant at which they arrived. */
function dated(facts: readonly Fact[], recordedAt: number): readonly Fact[] {
  return facts.map((fact) => ({ ...fact, recordedAt }));
}

/** Draws some maker of a product. */
export function drawer({ enterprises }: Population, random: Random): (product: string) => Enterprise | undefined {
  const makers = new Map<string, Enterprise[]>();
  for (const enterprise of enterprises) {
    if (!enterprise.roles.includes("maker")) continue;
    for (const product of enterprise.products) {
      const list = makers.get(product);
      if (list) list.push(enterprise);
      else makers.set(product, [enterprise]);
    }
  }
  return (product) => {
    const list = makers.get(product);
    return list && random.pick(list);
  };
}

function trendOn(day: Day, { from, present }: Plan): number {
  const passed = Math.min(1, (day - from) / (present - from));
  return TREND[0] + (TREND[1] - TREND[0]) * passed;
}

/** Writes the register: who is in it at the beginning, who comes, moves and leaves. */
function enter(scribe: Scribe, { enterprises }: Population, { from }: Plan): void {
  const source = "sim-register";
  for (const enterprise of enterprises) {
    const { registeredOn, deregisteredOn, name, number, roles, products, town, move, licensed } = enterprise;
    const arrivesOn = Math.max(from, registeredOn);
    const register = {
      name,
      address: address(number),
      roles,
      licence: licensed ? "valid" : null,
      compulsoryCertificate: null,
    };
    scribe.write("registration", enterprise, registeredOn, register, { region: town, source, arrivesOn });
    for (const product of products) {
      const body = { since: registeredOn, until: null };
      scribe.write("product_listed", enterprise, registeredOn, body, { product, source, arrivesOn });
    }
    if (move && isActive(enterprise, move.on)) {
      const change = { ...register, name: null, licence: null };
      scribe.write("change", enterprise, move.on, change, { region: move.town, source });
    }
    if (deregisteredOn !== null) {
      scribe.write("deregistration", enterprise, deregisteredOn, { reason: "closed" }, { source });
    }
  }
}
