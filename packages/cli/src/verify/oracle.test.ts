import { encodeBody, type Fact } from "@sanfen/events";
import { describe, expect, it } from "vitest";
import { Facts, sayOn, type SaidOfEnterprise } from "./enterprise.ts";
import { factOf, FIRST_DAY, inspection, live, ticksOf, tickOf } from "./testing/county.ts";

const [TICK] = ticksOf();

function saidOf(facts: readonly Fact[], day: number = FIRST_DAY): SaidOfEnterprise {
  const known = new Facts();
  for (const fact of facts) known.add(fact);
  return sayOn("e", known.standing(), TICK!.rules, day).said;
}

const here = factOf({ id: "r", region: "330402001" });

describe("the facts of an enterprise", () => {
  it("count by their highest revision, in whatever order they come", () => {
    const failed = factOf({ id: "i", ...inspection("fail") });
    const passed = factOf({ id: "i", revision: 2, ...inspection("pass") });
    const gone = factOf({ id: "i", revision: 3, retracted: true, body: new Uint8Array() });
    expect(saidOf([here, failed]).failures).toBe(1);
    for (const facts of [
      [here, failed, passed],
      [passed, here, failed, passed],
    ]) {
      expect(saidOf(facts)).toMatchObject({ inspections: 1, failures: 0 });
    }
    expect(saidOf([gone, here, passed, failed]).inspections).toBe(0);
  });

  it("of one revision that say two things count as one of them, the same in both orders", () => {
    const one = factOf({ id: "i", ...inspection("fail") });
    const other = factOf({ id: "i", ...inspection("pass") });
    expect(saidOf([here, one, other])).toEqual(saidOf([here, other, one]));
  });

  it("register, place and name it; those of later days wait", () => {
    const name = encodeBody("registration", {
      name: "乙",
      address: null,
      roles: ["seller"],
      licence: null,
      compulsoryCertificate: null,
    });
    const moved = factOf({ id: "s", kind: "change", occurredOn: FIRST_DAY + 1, region: "330402", body: name });
    expect(saidOf([here, moved])).toMatchObject({
      region: "330402001",
      name: "",
      roles: [],
      nextReviewOn: FIRST_DAY + 1,
    });
    expect(saidOf([here, moved], FIRST_DAY + 1)).toMatchObject({ region: "330402", name: "乙", roles: ["seller"] });
    const ended = factOf({ id: "a", kind: "deregistration", body: encodeBody("deregistration", { reason: null }) });
    expect(saidOf([here, ended])).toMatchObject({ gone: true, verdicts: [] });
    expect(saidOf([{ ...here, occurredOn: here.occurredOn + 1 }, ended]).gone).toBe(false);
    expect(saidOf([ended]).gone).toBe(true);
  });

  it("list a product up to the last day, and name those it was found with", () => {
    const listed = (until: number | null): Fact =>
      factOf({
        id: "p",
        kind: "product_listed",
        product: "1",
        body: encodeBody("product_listed", { since: null, until }),
      });
    expect(saidOf([here, listed(FIRST_DAY)])).toMatchObject({ products: ["1"], nextReviewOn: FIRST_DAY + 1 });
    expect(saidOf([here, listed(FIRST_DAY - 1)])).toMatchObject({ products: [], nextReviewOn: null });
    expect(saidOf([here, factOf({ id: "q", product: "2", ...inspection("pass") })]).products).toEqual(["2"]);
  });
});

describe("closings", () => {
  it("keep what stood at the tick: what comes late counts from then on", () => {
    const late = factOf({ id: "i", occurredOn: FIRST_DAY - 5, ...inspection("fail") });
    const { closings } = live(ticksOf(tickOf(FIRST_DAY + 1), tickOf(FIRST_DAY + 2)), [[here], [late]]);
    const days = closings.regions.get("330402")!;
    expect(days.get(FIRST_DAY)?.colour).toMatchObject({ passRate: null, enterprises: 1, previousColour: "none" });
    expect(days.get(FIRST_DAY + 1)?.colour).toMatchObject({ passRate: 0, coverage: 1 });
    expect(closings.live("330402")).toMatchObject({ provisional: true, asOf: FIRST_DAY + 2 });
  });

  it("of a day are the last of it", () => {
    const { closings } = live(ticksOf(tickOf(FIRST_DAY, 6), tickOf(FIRST_DAY, 12)), [[], [here]]);
    expect(closings.regions.get("3304")?.get(FIRST_DAY)).toMatchObject({ colour: { enterprises: 1 } });
    expect(closings.regions.get("3304")?.size).toBe(1);
  });

  it("lose an enterprise that moves away or leaves", () => {
    const away = factOf({ id: "s", kind: "change", occurredOn: FIRST_DAY, region: "3304" });
    const { closings, shards } = live(ticksOf(tickOf(FIRST_DAY + 1)), [[here, away]]);
    expect(closings.regions.get("330402")?.get(FIRST_DAY)?.colour.enterprises).toBe(0);
    expect(closings.regions.get("3304")?.get(FIRST_DAY)?.colour.enterprises).toBe(1);
    expect(shards[0]!.counts.get("330402001|jiaxing-2021@1")).toBeUndefined();
  });
});
