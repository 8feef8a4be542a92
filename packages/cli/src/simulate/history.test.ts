import { admitFact, decodeBody, factToJson, type Fact } from "@sanfen/events";
import { parseDay, type Day } from "@sanfen/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doorOf, jiaxing } from "../testing/site.ts";
import { simulate } from "./history.ts";
import { planFrom, planUntil, whyNotSimulated, type Plan } from "./plan.ts";
import { planOutbreaks } from "./outbreak.ts";
import { makePopulation } from "./population.ts";

const SITE = await jiaxing();
const TODAY = parseDay("2026-11-22")!;

function facts(plan: Plan): { day: Day; fact: Fact }[] {
  const all: { day: Day; fact: Fact }[] = [];
  for (const { day, facts: arrived } of simulate(SITE, plan)) {
    if (day >= plan.present) break;
    for (const fact of arrived) all.push({ day, fact });
  }
  return all;
}

const YEAR = planUntil(TODAY, { seed: 4, years: 1, enterprises: 1_000 });
const ALL = facts(YEAR);

function share(kind: Fact["kind"], result: string): number {
  const results = ALL.filter(({ fact }) => fact.kind === kind && !fact.retracted).map(({ fact }) => {
    const body = decodeBody(fact);
    return body.name === "Inspection" ? body.value.result : "none";
  });
  const checked = results.filter((each) => each === "pass" || each === "fail");
  return checked.filter((each) => each === result).length / checked.length;
}

describe("simulate", () => {
  it("gives the same facts for the same seed, byte for byte", () => {
    const plan = planUntil(TODAY, { seed: 7, years: 0.2, enterprises: 200 });
    expect(facts(plan)).toEqual(facts(plan));
  });

  it("gives other facts for another seed, with other ids", () => {
    const [a, b] = [7, 8].map((seed) => facts(planUntil(TODAY, { seed, years: 0.1, enterprises: 50 })));
    const ids = new Set(a!.map(({ fact }) => fact.id));
    expect(b!.filter(({ fact }) => ids.has(fact.id))).toEqual([]);
  });

  it("goes on with a history that was begun on an earlier day as it would have then", () => {
    const size = { seed: 7, years: 0.2, enterprises: 100 };
    const begun = planUntil(TODAY, size);
    expect(facts(planFrom(begun.from, size))).toEqual(facts(begun));
  });

  it("says nothing that the door would refuse, whatever the seed", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, enterprises) => {
        for (const { day, fact } of facts(planUntil(TODAY, { seed, years: 0.05, enterprises }))) {
          const admitted = admitFact(factToJson(fact).json, doorOf(SITE, day));
          expect(admitted).toEqual({ fact: { ...fact, recordedAt: 0 } });
        }
      }),
      { numRuns: 10 },
    );
  });

  it("dates nothing after the day on which it arrives, and some of it long before", () => {
    expect(ALL.filter(({ day, fact }) => fact.occurredOn > day)).toEqual([]);
    const late = ALL.filter(({ day, fact }) => fact.occurredOn >= YEAR.from && day - fact.occurredOn >= 15);
    expect(late.length / ALL.length).toBeGreaterThan(0.01);
  });

  it("comes in the order of the days on which it arrives", () => {
    const days = ALL.map(({ day }) => day);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
  });

  it("gives an id to one subject, and a revision of it once", () => {
    const subjects = new Map<string, string>();
    const elsewhere = ALL.filter(({ fact }) => {
      const known = subjects.get(fact.id) ?? fact.subject;
      subjects.set(fact.id, fact.subject);
      return known !== fact.subject;
    });
    expect(elsewhere).toEqual([]);
    expect(new Set(ALL.map(({ fact }) => `${fact.id}@${fact.revision}`)).size).toBe(ALL.length);
  });

  it("marks every fact and every name as simulated", () => {
    expect(ALL.filter(({ fact }) => !fact.simulated)).toEqual([]);
    for (const { name } of makePopulation(SITE, YEAR).enterprises) expect(name).toMatch(/^模拟企业 \d+ \(simulated\)$/);
  });

  it("keeps to the base rates", () => {
    // A good city has 5.8 % of its samples failing, the nation 12.3 %.
    expect(share("inspection", "fail")).toBeGreaterThan(0.058);
    expect(share("inspection", "fail")).toBeLessThan(0.123);
    expect(share("reinspection", "pass")).toBeGreaterThan(0.8);
    const perYear = ALL.filter(({ day }) => day > YEAR.from).length / 1_000;
    expect(perYear).toBeGreaterThan(5);
    expect(perYear).toBeLessThan(9);
  });

  it("lets failures come from few: a tenth of the enterprises have a third of them at least", () => {
    const failures = new Map<string, number>();
    for (const { fact } of ALL) {
      const body = fact.retracted ? null : decodeBody(fact);
      if (body?.name === "Inspection" && body.value.result === "fail")
        failures.set(fact.subject, (failures.get(fact.subject) ?? 0) + 1);
    }
    const counts = [...failures.values()].toSorted((a, b) => b - a);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(counts.slice(0, 100).reduce((sum, count) => sum + count, 0) / total).toBeGreaterThan(1 / 3);
  });

  it("has every kind that a register, an inspection and the public bring, and second thoughts", () => {
    const kinds = new Set(ALL.map(({ fact }) => fact.kind));
    for (const kind of [
      "registration",
      "change",
      "deregistration",
      "product_listed",
      "inspection",
      "label_check",
    ] as const)
      expect(kinds).toContain(kind);
    for (const kind of ["reinspection", "rectification", "penalty", "complaint", "opinion", "certificate"] as const)
      expect(kinds).toContain(kind);
    expect(ALL.some(({ fact }) => fact.retracted)).toBe(true);
    expect(ALL.some(({ fact }) => fact.revision > 1 && !fact.retracted)).toBe(true);
  });

  it("names an earlier fact of the same enterprise in what follows up on it", () => {
    const owners = new Map(ALL.map(({ fact }) => [fact.id, fact.subject]));
    const follow = ALL.filter(({ fact }) => ["reinspection", "rectification", "objection"].includes(fact.kind));
    expect(follow.length).toBeGreaterThan(100);
    for (const { fact } of follow) {
      const body = decodeBody(fact);
      if (body.name === "Inspection" || body.name === "Matter") expect(owners.get(body.value.of!)).toBe(fact.subject);
    }
  });
});

describe("planOutbreaks", () => {
  it("has one of a product in neighbouring counties in the last weeks, and it fails there", () => {
    const population = makePopulation(SITE, YEAR);
    const outbreaks = planOutbreaks(population, YEAR);
    expect(outbreaks.length).toBe(2);
    const last = outbreaks.at(-1)!;
    expect(last.until).toBe(TODAY);
    const counties = new Set(last.firms.map(({ town }) => town.slice(0, 6)));
    expect(counties.size).toBe(2);
    const [a, b] = [...counties];
    expect(population.counties.find(({ code }) => code === a)!.neighbours).toContain(b);
    const firms = new Set(last.firms.map(({ id }) => id));
    const during = ALL.filter(
      ({ fact }) => fact.occurredOn >= last.from && firms.has(fact.subject) && fact.product === last.product,
    );
    const results = during.flatMap(({ fact }) => {
      const body = fact.retracted ? null : decodeBody(fact);
      return fact.kind === "inspection" && body?.name === "Inspection" ? [body.value.result] : [];
    });
    expect(results.filter((result) => result === "fail").length).toBeGreaterThan(results.length / 2);
  });
});

describe("makePopulation", () => {
  it("has as many as were asked for, in every town, of uneven sizes", () => {
    const { enterprises } = makePopulation(SITE, planUntil(TODAY, { seed: 1, years: 6, enterprises: 7_000 }));
    expect(enterprises.length).toBe(7_000);
    expect(new Set(enterprises.map(({ id }) => id)).size).toBe(7_000);
    const sizes = Object.values(Object.groupBy(enterprises, ({ town }) => town)).map((list) => list!.length);
    expect(sizes.length).toBe(72);
    expect(Math.max(...sizes)).toBeGreaterThan(3 * Math.min(...sizes));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(8);
  });
});

describe("whyNotSimulated", () => {
  it("is content with a site of towns, products and credit codes, and with no other", () => {
    expect(whyNotSimulated(SITE)).toBeUndefined();
    expect(whyNotSimulated({ ...SITE, enterpriseIds: "opaque" })).toBeDefined();
    expect(whyNotSimulated({ ...SITE, clock: "records" })).toBeDefined();
    expect(whyNotSimulated({ ...SITE, products: [] })).toBeDefined();
    expect(whyNotSimulated({ ...SITE, regions: [] })).toBeDefined();
  });
});
