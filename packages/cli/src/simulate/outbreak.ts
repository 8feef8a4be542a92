/** Outbreaks: one product fails in towns of two neighbouring counties over some weeks. Pure. */
import type { Severity } from "@sanfen/events";
import type { Day, RegionCode } from "@sanfen/model";
import type { Plan } from "./plan.ts";
import { isActive, townOn, type Enterprise, type Population } from "./population.ts";
import { Random } from "./random.ts";
import { check } from "./sampling.ts";
import type { Scribe } from "./scribe.ts";

export interface Outbreak {
  readonly product: string;
  readonly firms: readonly Enterprise[];
  readonly from: Day;
  /** First day after it. */
  readonly until: Day;
}

const MOST_FIRMS = 200;
const TOWNS_EACH = 4;
const FAILING = 0.7;
const SEVERITIES: readonly (readonly [Severity, number])[] = [
  ["minor", 0.2],
  ["serious", 0.5],
  ["critical", 0.3],
];
/** Samples a day, for one firm concerned: with attention comes sampling. */
const SAMPLES = 0.06;
const COMPLAINTS = 0.04;
const OPINIONS = 0.006;
const ORDERED_RECALL = 0.002;

/** Two: one in the middle of the history, one in its last five weeks. A history shorter than a quarter has the last alone. */
export function planOutbreaks(population: Population, { seed, from, present }: Plan): readonly Outbreak[] {
  const random = new Random(seed, 1);
  const length = present - from;
  const spans: (readonly [Day, Day])[] = [[present - Math.min(35, length), present]];
  if (length > 90) {
    const middle = from + Math.round(length / 2) + random.int(-20, 20);
    spans.unshift([middle, middle + 42]);
  }
  return spans.map(([begins, until]) => {
    const county = random.pick(population.counties);
    const neighbour = random.pick(county.neighbours);
    const product = county.specialities[0]!;
    const makers = population.enterprises.filter((firm) => firm.products.includes(product) && isActive(firm, begins));
    const towns = new Set([county.code, neighbour].flatMap((code) => largest(makers, code, begins)));
    const firms = makers.filter((firm) => towns.has(townOn(firm, begins))).slice(0, MOST_FIRMS);
    return { product, firms, from: begins, until };
  });
}

/** The towns of a county where most of these firms are. */
function largest(firms: readonly Enterprise[], county: RegionCode, on: Day): RegionCode[] {
  const counts = new Map<RegionCode, number>();
  for (const firm of firms) {
    const town = townOn(firm, on);
    if (town.startsWith(county)) counts.set(town, (counts.get(town) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, TOWNS_EACH)
    .map(([town]) => town);
}

/** What one day of an outbreak brings. */
export function outbreakDay(scribe: Scribe, { product, firms }: Outbreak, on: Day): void {
  const { random } = scribe;
  if (firms.length === 0) return;
  const firm = (): Enterprise => random.pick(firms);
  for (let n = random.poisson(SAMPLES * firms.length); n > 0; n--) {
    const enterprise = firm();
    check(scribe, {
      kind: "inspection",
      enterprise,
      role: enterprise.roles[0]!,
      product,
      on,
      failing: FAILING,
      severities: SEVERITIES,
    });
  }
  for (let n = random.poisson(COMPLAINTS * firms.length); n > 0; n--) {
    const severity = random.chance(0.3) ? "critical" : "serious";
    scribe.write("complaint", firm(), on, { severity, topic: "quality" }, { product, source: "sim-12315" });
  }
  for (let n = random.poisson(OPINIONS * firms.length); n > 0; n--) {
    const body = { severity: "serious", topic: "quality", reach: random.int(5_000, 800_000) } as const;
    scribe.write("opinion", firm(), on, body, { product, source: "sim-opinion" });
  }
  for (let n = random.poisson(ORDERED_RECALL * firms.length); n > 0; n--) {
    const body = { level: random.pick(["one", "two"] as const), scope: "batch", ordered: true };
    scribe.write("recall", firm(), on, body, { product, source: "sim-recall" });
  }
}
