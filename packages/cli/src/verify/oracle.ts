/**
 * Every grade, tally and closing, computed once more from what the log holds, the plain way: no positions, no
 * versions, no take-overs. Shares nothing with the services but the rule evaluator, the codec and the model. Pure.
 */
import type { Colour, Fact } from "@sanfen/events";
import type { Day, Region } from "@sanfen/model";
import { countsOf, Facts, sayOn, type Counts, type GroupKey, type SaidOfEnterprise } from "./enterprise.ts";
import type { RuleSet, Tick } from "./timeline.ts";

/** A colour without its version. */
export type SaidOfRegion = Omit<Colour, "version">;

/** How a region closed: the record of a day is the last of these on it. */
export interface Closed {
  /** Number of the tick. */
  readonly number: number;
  readonly colour: SaidOfRegion;
}

interface Enterprise {
  readonly subject: string;
  readonly facts: Facts;
  said: SaidOfEnterprise | undefined;
  dueOn: Day;
}

/** One partition of the facts, in the order of its records. */
export class Shard {
  readonly #counts = new Map<GroupKey, Record<string, number>>();
  readonly #enterprises = new Map<string, Enterprise>();
  readonly #touched = new Set<Enterprise>();
  readonly #due = new Map<Day, Set<Enterprise>>();
  readonly #thorough: boolean;
  #tick: Tick | undefined;

  /** `thorough`: say every enterprise anew on every day, instead of when something about it may have changed. */
  constructor(thorough: boolean) {
    this.#thorough = thorough;
  }

  take(fact: Fact): void {
    if (fact.kind === "unknown" || fact.subjectType !== "enterprise") return;
    const { subject } = fact;
    let enterprise = this.#enterprises.get(subject);
    if (!enterprise) {
      enterprise = { subject, facts: new Facts(), said: undefined, dueOn: Infinity };
      this.#enterprises.set(subject, enterprise);
    }
    enterprise.facts.add(fact);
    this.#touched.add(enterprise);
  }

  /** Begins what a tick brings. `counts` before it is what its closing counts. */
  begin(tick: Tick): void {
    const before = this.#tick;
    this.#say();
    this.#tick = tick;
    if (!tick.newDay) return;
    const all = this.#thorough || before?.rules !== tick.rules;
    for (const enterprise of all ? this.#enterprises.values() : (this.#due.get(tick.day) ?? [])) {
      this.#touched.add(enterprise);
    }
    this.#due.delete(tick.day);
  }

  /** Sums over the enterprises of the partition as of now. */
  get counts(): ReadonlyMap<GroupKey, Counts> {
    this.#say();
    return this.#counts;
  }

  /** What is said of each enterprise as of now; none before the first day. */
  get grades(): ReadonlyMap<string, SaidOfEnterprise> {
    this.#say();
    const said = [...this.#enterprises.values()].filter((enterprise) => enterprise.said !== undefined);
    return new Map(said.map((enterprise) => [enterprise.subject, enterprise.said!]));
  }

  #say(): void {
    const tick = this.#tick;
    if (!tick) return;
    for (const enterprise of this.#touched) {
      if (!enterprise.facts.known) continue;
      if (enterprise.said) this.#count(enterprise.said, -1);
      this.#due.get(enterprise.dueOn)?.delete(enterprise);
      const { said, dueOn } = sayOn(enterprise.subject, enterprise.facts.standing(), tick.rules, tick.day);
      enterprise.said = said;
      enterprise.dueOn = dueOn;
      this.#count(said, 1);
      if (dueOn === Infinity) continue;
      const due = this.#due.get(dueOn);
      if (due) due.add(enterprise);
      else this.#due.set(dueOn, new Set([enterprise]));
    }
    this.#touched.clear();
  }

  #count(said: SaidOfEnterprise, sign: 1 | -1): void {
    for (const [group, counts] of countsOf(said)) {
      let sums = this.#counts.get(group);
      if (!sums) this.#counts.set(group, (sums = {}));
      for (const name in counts) sums[name] = (sums[name] ?? 0) + sign * counts[name]!;
    }
  }
}

/** The closings of all regions: made when every partition has come to a tick. */
export class Closings {
  /** Day → the record of the day, by region. */
  readonly #regions = new Map<string, Map<Day, Closed>>();
  readonly #shards: readonly Shard[];
  /** The last tick that closed, or began the history. */
  last: Tick | undefined;

  constructor(shards: readonly Shard[]) {
    this.#shards = shards;
  }

  /** Closes the period that `tick` ends; the shards stand just before it. */
  close(tick: Tick): void {
    const { last } = this;
    this.last = tick;
    for (const region of last?.rules.regions ?? []) {
      let days = this.#regions.get(region.code);
      if (!days) this.#regions.set(region.code, (days = new Map<Day, Closed>()));
      days.set(last!.day, { number: tick.number, colour: this.#say(region, last!.rules, last!.day, false) });
    }
  }

  /** What a region shows between closings: by the counts of now and the rules of the last tick. */
  live(code: string): SaidOfRegion | undefined {
    const region = this.last?.rules.regions.find((each) => each.code === code);
    return region && this.#say(region, this.last!.rules, this.last!.day, true);
  }

  get regions(): ReadonlyMap<string, ReadonlyMap<Day, Closed>> {
    return this.#regions;
  }

  #say({ code, name, level }: Region, rules: RuleSet, day: Day, provisional: boolean): SaidOfRegion {
    const rulebook = rules.shownBy(code);
    const counts = rulebook ? this.#sum(`${code}|${rulebook.key}`) : {};
    const grades = Object.fromEntries(
      Object.entries(counts)
        .filter(([key, count]) => key.startsWith("grade:") && count > 0)
        .map(([key, count]) => [key.slice("grade:".length), count]),
    );
    const { enterprises = 0, inspected = 0, inspections = 0, failures = 0, simulated = 0 } = counts;
    const { colour, share } = rulebook?.colour(level, grades) ?? { colour: "none", share: null };
    const passRate = inspections > 0 ? (inspections - failures) / inspections : null;
    const coverage = enterprises > 0 ? inspected / enterprises : null;
    return {
      code,
      name: name.zh,
      level,
      colour,
      previousColour: this.#regions.get(code)?.get(day - 1)?.colour.colour ?? "none",
      provisional,
      share,
      counts: grades,
      enterprises,
      passRate,
      coverage,
      index: rulebook?.index({ share, passRate, coverage }) ?? null,
      rulebook: rulebook?.key ?? "",
      asOf: day,
      simulated: simulated > 0,
      cause: "",
    };
  }

  #sum(group: GroupKey): Record<string, number> {
    const sum: Record<string, number> = {};
    for (const shard of this.#shards) {
      const counts = shard.counts.get(group);
      for (const name in counts) sum[name] = (sum[name] ?? 0) + counts[name]!;
    }
    return sum;
  }
}
