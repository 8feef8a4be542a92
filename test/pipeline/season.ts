/** A season in a small county: some dozens of enterprises, facts and a tick on every day, the same for the same seed. */
import { encodeBody, type Fact } from "@sanfen/events";
import { makeUscc, type Day } from "@sanfen/model";
import type { Chance } from "./chance.ts";
import { FIRST_DAY, type Period } from "./history.ts";

const ENTERPRISES = 60;
const REGIONS = ["330402", "330402001", "330411", "330411002"];

/** `perDay`: facts a day, beside the registrations of the first. */
export function season(chance: Chance, days: number, perDay: number): Period[] {
  const subjects = Array.from({ length: ENTERPRISES }, (_, serial) => makeUscc("9", "1", "330402", serial));
  const facts: Fact[] = [];
  return Array.from({ length: days }, (_, i) => {
    const day = FIRST_DAY + i;
    const first = i === 0 ? subjects.map((subject) => register(subject, chance.among(REGIONS), day)) : [];
    const today = Array.from({ length: perDay }, (): Fact => {
      const known = facts.length > 0 ? chance.among(facts) : undefined;
      const fact =
        known && chance.below(10) === 0 ? corrected(known, chance) : observed(subjects, day, chance, facts.length);
      facts.push(fact);
      return fact;
    });
    return { facts: [...first, ...today], endsDay: true };
  });
}

function register(subject: string, region: string, day: Day): Fact {
  const body = encodeBody("registration", {
    name: `厂 ${subject.slice(-4)}`,
    address: null,
    roles: ["maker"],
    licence: null,
    compulsoryCertificate: null,
  });
  return { ...blank(subject, `r-${subject}`, day), kind: "registration", region, body };
}

function observed(subjects: readonly string[], day: Day, chance: Chance, number: number): Fact {
  const occurredOn = day - (chance.below(5) === 0 ? chance.below(400) : 0);
  const fact = blank(chance.among(subjects), `f-${number}`, occurredOn);
  switch (chance.below(12)) {
    case 0:
      return { ...fact, kind: "deregistration", body: encodeBody("deregistration", { reason: null }) };
    case 1:
      return register(fact.subject, chance.among(REGIONS), day);
    case 2:
    case 3:
      return { ...fact, kind: "complaint", body: encodeBody("complaint", { severity: "serious", topic: null }) };
    default: {
      const failed = chance.below(4) === 0;
      const body = encodeBody("inspection", {
        result: failed ? "fail" : "pass",
        severity: failed ? chance.among(["minor", "serious", "critical"] as const) : "none",
        items: [],
        batch: null,
        of: null,
        findings: failed ? [{ severity: "critical", count: 1 + chance.below(3) }] : [],
        workplace: null,
      });
      return { ...fact, kind: "inspection", product: chance.among(["1", "2", null]), body };
    }
  }
}

function corrected(fact: Fact, chance: Chance): Fact {
  const revised = { ...fact, revision: fact.revision + 1 };
  return chance.below(2) === 0
    ? { ...revised, retracted: true, body: new Uint8Array() }
    : { ...revised, region: "330411" };
}

function blank(subject: string, id: string, occurredOn: Day): Omit<Fact, "kind" | "body"> {
  return {
    id,
    revision: 1,
    retracted: false,
    subject,
    subjectType: "enterprise",
    role: "maker",
    occurredOn,
    recordedAt: occurredOn * 86_400_000,
    region: null,
    product: null,
    sample: null,
    source: "test",
    simulated: true,
  };
}
