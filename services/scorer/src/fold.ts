/** The scorer's fold: facts of one subject → its grade under every rulebook that binds it. Pure. */
import type { Verdict } from "@sanfen/events";
import { regionPath } from "@sanfen/model";
import {
  FACTS,
  GRADE_ROWS,
  GRADES,
  type Contribution,
  type FoldKind,
  type InForce,
  type Said,
  type Stamped,
  type Step,
  type Unversioned,
} from "@sanfen/stream";
import { causesOf } from "./causes.ts";
import { FACT_ROWS, subjectOf, type FactsOfYear } from "./facts-of-year.ts";
import { documentId, Profile } from "./profile.ts";
import { checkedOn } from "./standing.ts";

export const scorerFold: FoldKind<Profile, "Grade", FactsOfYear> = {
  name: "scorer",
  topic: FACTS,
  output: { topic: GRADES, name: "Grade", collection: GRADE_ROWS },
  documents: FACT_ROWS,
  timed: true,
  keyOf: subjectOf,
  concerns: () => true,
  open: (key, documents) =>
    new Profile(
      key,
      documents.map(({ doc }) => doc),
    ),
  step,
  say,
  same,
  contributions,
  takeDocuments: (profile) =>
    profile
      .takeDirty()
      .map((doc) => ({ id: documentId(doc), at: doc.facts.reduce((at, fact) => Math.max(at, fact.at), -1), doc })),
};

function step(profile: Profile, record: Stamped, inForce: InForce | null): Step<Profile> {
  const { event, at, bytes } = record;
  if (event.name !== "Fact") {
    return { state: profile, changed: false, refused: { reason: "unexpected-event", detail: event.name } };
  }
  const fact = event.value;
  if (fact.subject !== profile.subject) {
    const detail = `${fact.id} is about ${fact.subject}, its record's key is ${profile.subject}`;
    return { state: profile, changed: false, refused: { reason: "unexpected-event", detail } };
  }
  if (fact.kind === "unknown")
    return { state: profile, changed: false, refused: { reason: "unknown-kind", detail: fact.id } };
  const merged = profile.merge(fact, { at, bytes });
  if (typeof merged === "string")
    return { state: profile, changed: false, refused: { reason: "bad-body", detail: merged } };
  if (merged.outcome === "known") return { state: profile, changed: false };
  const { before, now } = merged;
  const day = inForce?.day ?? now.occurredOn;
  const commands =
    before === now ? [] : causesOf(profile.subject, before, now, () => profile.identityOn(day), fact.recordedAt, day);
  if (merged.outcome === "new") return { state: profile, changed: true, commands };
  const { loser } = merged;
  const detail = `${fact.id} revision ${fact.revision} says two things: record ${now.stored.at} stands, record ${loser.stored.at} does not`;
  return { state: profile, changed: true, commands, refused: { reason: "conflicting-content", detail } };
}

function say(subject: string, profile: Profile, inForce: InForce | null): Said<"Grade"> | null {
  if (!inForce || !profile.isEnterprise) return null;
  const { day } = inForce;
  const facts = profile.standing;
  const { name, region, roles, products, registered, simulated, endsOn } = profile.identityOn(day);
  const checked = checkedOn(profile.checks, day);
  const verdicts =
    registered && region !== null
      ? profile.verdictsOn(day, inForce.rules, () =>
          inForce.rulebooksAlong(region).map((rulebook) => rulebook.grade({ facts, products }, day, inForce.tierOf)),
        )
      : [];
  const dueOn = verdicts.reduce(
    (due, { nextReviewOn }) => Math.min(due, nextReviewOn ?? Infinity),
    Math.min(endsOn, checked.changesOn, profile.waitsUntil(day)),
  );
  const nextReviewOn = dueOn === Infinity ? null : dueOn;
  const output: Unversioned<"Grade"> = {
    subject,
    name,
    region,
    roles,
    products,
    gone: !registered,
    asOf: day,
    nextReviewOn,
    inspections: checked.inspections,
    failures: checked.failures,
    simulated,
    verdicts: verdicts.map(({ nextReviewOn: _, ...verdict }) => verdict),
  };
  return { output, dueOn: nextReviewOn };
}

/** An enterprise counts in its region and every wider one, under each rulebook that grades it. */
export function contributions(grade: Unversioned<"Grade">): readonly Contribution[] {
  const { region, gone, inspections, failures, simulated } = grade;
  if (gone || region === null) return [];
  const path = regionPath(region);
  return grade.verdicts.flatMap(({ rulebook, rulebookVersion, grade: name }) => {
    const counts: Record<string, number> = { enterprises: 1, [`grade:${name}`]: 1 };
    if (inspections > 0) {
      counts["inspected"] = 1;
      counts["inspections"] = inspections;
    }
    if (failures > 0) counts["failures"] = failures;
    if (simulated) counts["simulated"] = 1;
    return path.map((code) => ({ region: code, rulebook: `${rulebook}@${rulebookVersion}`, counts }));
  });
}

/** Whether two grades say the same, whenever they were computed. */
export function same(a: Unversioned<"Grade">, b: Unversioned<"Grade">): boolean {
  return (
    a.nextReviewOn === b.nextReviewOn &&
    a.inspections === b.inspections &&
    a.failures === b.failures &&
    a.region === b.region &&
    a.gone === b.gone &&
    a.name === b.name &&
    a.simulated === b.simulated &&
    sameList(a.products, b.products) &&
    sameList(a.roles, b.roles) &&
    a.verdicts.length === b.verdicts.length &&
    a.verdicts.every((verdict, i) => sameVerdict(verdict, b.verdicts[i]!))
  );
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return (
    a.score === b.score &&
    a.grade === b.grade &&
    a.tier === b.tier &&
    a.healthCode === b.healthCode &&
    a.rulebook === b.rulebook &&
    a.rulebookVersion === b.rulebookVersion &&
    a.reasons.length === b.reasons.length &&
    a.reasons.every((reason, i) => {
      const other = b.reasons[i]!;
      return reason.clause === other.clause && reason.points === other.points && sameList(reason.facts, other.facts);
    })
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
