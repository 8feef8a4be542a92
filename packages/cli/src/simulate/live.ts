/**
 * Facts without end, one at a time, dated on the day that is asked for. Pure but for the seed's stream.
 *
 * At a rate that keeps a display alive, failures come many times faster than in any year of the history; left alone
 * they would turn every region red within days. So each failure is taken back after a while by the source that sent it
 * (a retraction, as an upheld objection ends), and the population stays about as good as it was.
 */
import { decodeBody, type Fact } from "@sanfen/events";
import type { Day, Site } from "@sanfen/model";
import { drawer } from "./history.ts";
import { happen } from "./occasions.ts";
import { outbreakDay, type Outbreak } from "./outbreak.ts";
import type { Plan } from "./plan.ts";
import { isActive, makePopulation, type Enterprise } from "./population.ts";
import { Random } from "./random.ts";
import { PER_YEAR, type Occasion } from "./rates.ts";
import { Scribe } from "./scribe.ts";

/** What the register says is left out: an hour of it would move more firms than a year. */
const OCCASIONS = (Object.entries(PER_YEAR) as [Occasion, number][]).filter(
  ([occasion]) => !["change", "product_listed", "credit"].includes(occasion),
);
/** The chance that a burst begins with a fact: so many days of an outbreak among so many firms at once. */
const BURST_CHANCE = 1 / 150;
const BURST_FIRMS = 6;
const BURST_DAYS = 25;
/** Failures that stand at a time before the oldest is taken back. */
const MOST_FAILURES = 25;
const NO_BODY = new Uint8Array(0);
const ADVERSE: ReadonlySet<Fact["kind"]> = new Set(["penalty", "recall", "complaint", "opinion"]);

/** `prefix` begins the ids: another one for each run, or facts of an earlier run would be taken for these. */
export class LiveFacts {
  readonly #enterprises: readonly Enterprise[];
  readonly #products: readonly string[];
  readonly #scribe: Scribe;
  readonly #makerOf: (product: string) => Enterprise | undefined;
  readonly #waiting: Fact[] = [];
  readonly #standing: Fact[] = [];

  constructor(site: Site, plan: Plan, prefix: string, stream: number) {
    const population = makePopulation(site, plan);
    const random = new Random(stream, 3);
    this.#enterprises = population.enterprises;
    this.#products = site.products.map(({ code }) => code);
    this.#scribe = new Scribe(random, prefix);
    this.#makerOf = drawer(population, random);
  }

  /** The next fact, of this day. */
  next(day: Day): Fact {
    for (;;) {
      const waiting = this.#waiting.shift();
      if (waiting) return waiting;
      const tired = this.#standing.length > MOST_FAILURES ? this.#standing.shift() : undefined;
      if (tired) return { ...tired, revision: 9, retracted: true, body: NO_BODY };
      this.#make(day);
    }
  }

  #make(day: Day): void {
    const { random } = this.#scribe;
    if (random.chance(BURST_CHANCE)) {
      const burst = this.#burst(day);
      for (let n = 0; n < BURST_DAYS; n++) outbreakDay(this.#scribe, burst, day);
    } else {
      const enterprise = random.pick(this.#enterprises);
      if (!isActive(enterprise, day)) return;
      const occasion = random.weighted(OCCASIONS);
      happen(this.#scribe, occasion, {
        enterprise,
        on: day,
        trend: 1,
        products: this.#products,
        makerOf: this.#makerOf,
      });
    }
    // What would follow on later days is another day's.
    const facts = this.#scribe.take(day);
    this.#waiting.push(...facts);
    this.#standing.push(...facts.filter(isAdverse));
  }

  /** Some firms of one town that make the same. */
  #burst(day: Day): Outbreak {
    const { random } = this.#scribe;
    const first = random.pick(this.#enterprises);
    const product = first.products[0]!;
    const firms = this.#enterprises.filter(
      ({ products, town }) => products.includes(product) && town.slice(0, 6) === first.town.slice(0, 6),
    );
    return { product, firms: random.shuffled(firms).slice(0, BURST_FIRMS), from: day, until: day + 1 };
  }
}

/** Checks say how they went in their body's result; of the rest the kind says it. */
function isAdverse(fact: Fact): boolean {
  if (ADVERSE.has(fact.kind)) return true;
  const body = decodeBody(fact);
  return body.name === "Inspection" && (body.value.result === "fail" || body.value.result === "refused");
}
