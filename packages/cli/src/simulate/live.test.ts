import { admitFact, decodeBody, factToJson, type Fact } from "@sanfen/events";
import { parseDay } from "@sanfen/model";
import { describe, expect, it } from "vitest";
import { doorOf, jiaxing } from "../testing/site.ts";
import { LiveFacts } from "./live.ts";
import { planUntil } from "./plan.ts";

const SITE = await jiaxing();
const TODAY = parseDay("2026-11-22")!;
const PLAN = planUntil(TODAY, { seed: 4, years: 1, enterprises: 500 });

function take(count: number): Fact[] {
  const live = new LiveFacts(SITE, PLAN, "live-test:", 11);
  return Array.from({ length: count }, () => live.next(TODAY));
}

describe("LiveFacts", () => {
  const facts = take(5_000);

  it("says nothing that the door would refuse, and nothing of another day", () => {
    for (const fact of facts) {
      expect(admitFact(factToJson(fact).json, doorOf(SITE, TODAY))).toHaveProperty("fact");
      expect(fact.occurredOn).toBe(TODAY);
    }
  });

  it("takes failures back, so that a few stand however long it goes on", () => {
    const standing = new Set<string>();
    let most = 0;
    for (const fact of facts) {
      if (fact.retracted) standing.delete(fact.id);
      else {
        const body = decodeBody(fact);
        if (body.name === "Inspection" && body.value.result === "fail") standing.add(fact.id);
      }
      most = Math.max(most, standing.size);
    }
    expect(most).toBeGreaterThan(5);
    // A burst comes at once and is taken back one by one.
    expect(most).toBeLessThan(80);
  });

  it("retracts each fact at most once, and only what it has said", () => {
    const said = new Set<string>();
    const retracted = new Set<string>();
    for (const { id, retracted: isTakenBack } of facts) {
      if (!isTakenBack) said.add(id);
      else {
        expect(said).toContain(id);
        expect(retracted).not.toContain(id);
        retracted.add(id);
      }
    }
    expect(retracted.size).toBeGreaterThan(100);
  });
});
