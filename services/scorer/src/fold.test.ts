import { decode, encode, encodeBodyOf, type Fact, type FactKind } from "@sanfen/events";
import { parseDay, type Day } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { InForce, NO_DOCUMENTS, type Said, type Stamped } from "@sanfen/stream";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contributions, scorerFold } from "./fold.ts";
import type { Profile } from "./profile.ts";

const TODAY = parseDay("2026-11-20")!;
const SUBJECT = "91330402MA28A0002D";
const BODIES: Partial<Record<FactKind, object>> = {
  registration: { name: "甲厂", address: null, roles: ["maker"], licence: null, compulsoryCertificate: null },
  change: { name: "乙厂", address: null, roles: [], licence: null, compulsoryCertificate: null },
  deregistration: { reason: null },
  inspection: { result: "fail", severity: "critical", items: [], batch: null, of: null, findings: [], workplace: null },
  recall: { level: "one", scope: null, ordered: true },
  product_listed: { since: null, until: null },
};

interface Given extends Partial<Omit<Fact, "body">> {
  readonly kind: FactKind;
  readonly body?: object;
}

function fact({ body, ...given }: Given): Fact {
  const retracted = given.retracted ?? false;
  return {
    id: given.kind,
    revision: 1,
    subject: SUBJECT,
    subjectType: "enterprise",
    role: "none",
    occurredOn: TODAY - 10,
    recordedAt: 0,
    region: given.kind === "registration" ? "330402" : null,
    product: null,
    sample: null,
    source: "test",
    simulated: false,
    ...given,
    retracted,
    body: retracted ? new Uint8Array() : encodeBodyOf(given.kind, { ...BODIES[given.kind], ...body } as never),
  };
}

/** In force on a day, as it came from what was in force before: rules that stay the same are the same object. */
const inForce = (first: Day, day: Day = first): InForce =>
  day === first ? begun(first) : InForce.on(day, begun(first).documents, begun(first));

const begunOn = new Map<Day, InForce>();

function begun(day: Day): InForce {
  const known = begunOn.get(day) ?? begin(day);
  begunOn.set(day, known);
  return known;
}

const begin = (day: Day): InForce =>
  InForce.on(
    day,
    {
      ...NO_DOCUMENTS,
      rulebooks: RULEBOOKS,
      bindings: [{ jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" }],
      catalogue: ["high", "low"].map((tier) => ({ code: tier, name: { zh: tier, en: tier }, tier })),
      scheme: [{ code: "3304", name: { zh: "嘉兴市", en: "Jiaxing" }, level: "city" }],
    },
    null,
  );

function record(value: Fact, at: number): Stamped {
  const bytes = encode("Fact", value);
  const event = decode(bytes);
  if (event.name === null) throw new Error(event.detail);
  return { at, key: value.subject, appendedAt: 0, event, bytes };
}

function after(...facts: readonly Fact[]): { profile: Profile; steps: ReturnType<typeof scorerFold.step>[] } {
  const profile = scorerFold.open(SUBJECT, []);
  return { profile, steps: facts.map((each, at) => scorerFold.step(profile, record(each, at), inForce(TODAY))) };
}

function said(facts: readonly Fact[], day = TODAY): Said<"Grade">["output"] {
  return scorerFold.say(SUBJECT, after(...facts).profile, inForce(day))!.output;
}

const registered = fact({ kind: "registration" });
const failed = fact({ kind: "inspection" });

describe("a grade", () => {
  it("is given once a firm is registered, not before", () => {
    expect(said([failed])).toMatchObject({ gone: true, verdicts: [] });
    expect(said([failed, registered])).toMatchObject({ gone: false, name: "甲厂", region: "330402", roles: ["maker"] });
  });

  it("explains itself by the facts behind it", () => {
    const [verdict] = said([registered, failed]).verdicts;
    expect(verdict?.reasons.flatMap(({ facts }) => facts)).toContain("inspection");
  });

  it("ends with the deregistration, and comes back with a new registration", () => {
    const gone = fact({ kind: "deregistration", occurredOn: TODAY - 5 });
    expect(said([registered, gone])).toMatchObject({ gone: true, verdicts: [] });
    const again = fact({ kind: "registration", id: "again", occurredOn: TODAY - 1 });
    expect(said([registered, gone, again])).toMatchObject({ gone: false });
  });

  it("counts in the region it moved to, not in the old one", () => {
    const moved = fact({ kind: "change", region: "330421", occurredOn: TODAY - 2 });
    const regions = (facts: readonly Fact[]): string[] => contributions(said(facts)).map(({ region }) => region);
    expect(regions([registered])).toEqual(["33", "3304", "330402"]);
    expect(regions([registered, moved])).toEqual(["33", "3304", "330421"]);
    expect(regions([registered, fact({ kind: "deregistration", occurredOn: TODAY })])).toEqual([]);
  });

  it("does not count a fact dated later than the day, and says when it will", () => {
    const waiting = fact({ kind: "inspection", occurredOn: TODAY + 3 });
    expect(said([registered, waiting])).toMatchObject({ inspections: 0, nextReviewOn: TODAY + 3 });
    expect(said([registered, waiting], TODAY + 3)).toMatchObject({ inspections: 1, failures: 1 });
  });

  it("counts inspections for twelve months", () => {
    const old = fact({ kind: "inspection", occurredOn: parseDay("2025-11-21")! });
    expect(said([registered, old])).toMatchObject({ inspections: 1, nextReviewOn: parseDay("2026-11-21") });
    expect(said([registered, old], TODAY + 1)).toMatchObject({ inspections: 0 });
  });
});

describe("merging", () => {
  it("lets the highest revision stand, whatever came first", () => {
    const corrected = fact({ kind: "inspection", revision: 2, body: { result: "pass", severity: "none" } });
    expect(said([registered, failed, corrected]).failures).toBe(0);
    expect(said([registered, corrected, failed]).failures).toBe(0);
  });

  it("takes a retracted fact away, and a later revision brings it back", () => {
    const retracted = fact({ kind: "inspection", revision: 2, retracted: true });
    expect(said([registered, failed, retracted]).inspections).toBe(0);
    expect(said([registered, failed, retracted, fact({ kind: "inspection", revision: 3 })]).failures).toBe(1);
  });

  it("keeps one of two contents of a revision, the same in any order, and reports the other", () => {
    const rival = fact({ kind: "inspection", body: { result: "pass", severity: "none" } });
    expect(said([registered, failed, rival])).toEqual(said([registered, rival, failed]));
    const { steps } = after(registered, failed, rival);
    expect(steps[2]?.refused?.reason).toBe("conflicting-content");
    expect(after(registered, failed, failed).steps[2]).toMatchObject({ changed: false });
  });

  it("puts aside what it cannot read", () => {
    const { steps } = after({ ...failed, kind: "unknown" }, { ...failed, body: new Uint8Array([1]) });
    expect(steps.map(({ refused }) => refused?.reason)).toEqual(["unknown-kind", "bad-body"]);
  });

  const anyFact = fc
    .record({
      kind: fc.constantFrom<FactKind>(
        "registration",
        "change",
        "deregistration",
        "inspection",
        "recall",
        "product_listed",
      ),
      product: fc.constantFrom(null, "high", "low"),
      number: fc.integer({ min: 0, max: 2 }),
      revision: fc.integer({ min: 1, max: 3 }),
      retracted: fc.boolean(),
      occurredOn: fc.integer({ min: TODAY - 900, max: TODAY + 40 }),
      region: fc.constantFrom(null, "330402", "330421"),
    })
    .map(({ number, ...given }) => fact({ ...given, id: `${given.kind}-${number}` }));

  it("gives the same grade for the same facts in any order, any number of times, stored and loaded in between", () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 0, max: 12 }),
        (facts, chance, cut) => {
          const shuffled = [...facts, ...facts.filter((_, i) => i % 3 === 0)]
            .map((each) => ({ each, place: chance.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ each }) => each);
          const first = after(...shuffled.slice(0, cut)).profile;
          const reopened = scorerFold.open(SUBJECT, scorerFold.takeDocuments(first));
          shuffled.slice(cut).forEach((each, at) => scorerFold.step(reopened, record(each, cut + at), inForce(TODAY)));
          expect(scorerFold.say(SUBJECT, reopened, inForce(TODAY))).toEqual(
            scorerFold.say(SUBJECT, after(...facts).profile, inForce(TODAY)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("says on any day what one says that has said nothing before: what it remembers between days changes nothing", () => {
    const days = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 8 }), days, (facts, later) => {
        const { profile } = after(registered, ...facts);
        for (const passed of later) {
          const day = TODAY + passed;
          const fresh = after(registered, ...facts).profile;
          expect(scorerFold.say(SUBJECT, profile, inForce(TODAY, day))).toEqual(
            scorerFold.say(SUBJECT, fresh, inForce(TODAY, day)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("says nothing new before the day it names for its next review", () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 8 }), fc.nat({ max: 900 }), (facts, days) => {
        const { profile } = after(registered, ...facts);
        const now = scorerFold.say(SUBJECT, profile, inForce(TODAY))!;
        const later = Math.min(TODAY + days, (now.dueOn ?? Infinity) - 1);
        const then = scorerFold.say(SUBJECT, after(registered, ...facts).profile, inForce(later))!;
        expect({ ...then.output, asOf: 0 }).toEqual({ ...now.output, asOf: 0 });
      }),
      { numRuns: 300 },
    );
  });
});

describe("causes", () => {
  const commands = (...facts: readonly Fact[]): object[] =>
    after(...facts)
      .steps.flatMap((each) => each.commands ?? [])
      .map(({ object, revision, document }) => ({
        object: object.split(":")[0],
        revision,
        withdrawn: (JSON.parse(document) as { withdrawn: boolean }).withdrawn,
      }));

  it("are a task for a failed check and a warning for a recall", () => {
    expect(commands(registered, failed)).toEqual([{ object: "task", revision: 1, withdrawn: false }]);
    expect(commands(registered, fact({ kind: "recall" }))).toEqual([
      { object: "warning", revision: 1, withdrawn: false },
    ]);
  });

  it("are withdrawn with a correction, and settled by a recheck that passed", () => {
    const corrected = fact({ kind: "inspection", revision: 2, body: { result: "pass", severity: "none" } });
    expect(commands(failed, corrected).at(-1)).toEqual({ object: "task", revision: 2, withdrawn: true });
    const recheck = fact({ kind: "reinspection", body: { ...BODIES.inspection, result: "pass", of: "inspection" } });
    expect(commands(failed, recheck).at(-1)).toEqual({ object: "task", revision: 1, withdrawn: true });
    const takenBack = fact({ kind: "reinspection", revision: 2, retracted: true });
    expect(commands(failed, recheck, takenBack).at(-1)).toEqual({ object: "task", revision: 2, withdrawn: false });
  });

  it("are not told again for what is known", () => {
    expect(commands(failed, failed)).toHaveLength(1);
  });
});
