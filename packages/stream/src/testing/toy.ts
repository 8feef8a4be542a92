/**
 * The smallest fold and rollup that use everything the stream promises: a subject is bad on the days between a fact's
 * `occurredOn` and its `recordedAt` (read as a day here), its region counts the bad ones.
 */
import { decode, encode, type Control, type EventName, type EventTypes, type Fact } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { jsonCodec, type Collection } from "@sanfen/store";
import type { Document, FoldKind, Unversioned } from "../fold.ts";
import type { Stamped } from "../machine.ts";
import { COLOUR_ROWS, GRADE_ROWS } from "../published.ts";
import type { Closing, RollupKind } from "../rollup.ts";
import { COLOURS, FACTS, GRADES, TALLIES } from "../topics.ts";

export interface ToyFact {
  readonly subject: string;
  readonly id: string;
  readonly revision: number;
  readonly bad: boolean;
  readonly from: Day;
  readonly until: Day;
}

export const REGION = "r";
export const RULEBOOK = "toy@1";

export function toyFact({ subject, id, revision, bad, from, until }: ToyFact): Fact {
  return {
    id,
    revision,
    retracted: !bad,
    subject,
    subjectType: "enterprise",
    role: "none",
    kind: "inspection",
    occurredOn: from,
    recordedAt: until,
    region: REGION,
    product: null,
    sample: null,
    source: "toy",
    simulated: true,
    body: new Uint8Array(),
  };
}

export function toyTick(number: number, day: Day): Control {
  return { kind: "tick", number, recordedAt: day, actor: "toy", instant: day, day, document: null };
}

export function toyScheme(number: number): Control {
  const document = JSON.stringify([{ code: REGION, name: { zh: "区", en: "Region" }, level: "county" }]);
  return { kind: "scheme", number, recordedAt: 0, actor: "toy", instant: 0, day: 0, document };
}

export function stamped<N extends EventName>(at: number, key: string, name: N, value: EventTypes[N]): Stamped {
  const bytes = encode(name, value);
  const event = decode(bytes);
  if (event.name === null) throw new Error(event.detail);
  return { at, key, appendedAt: at, event, bytes };
}

/** Whether a set of facts makes a subject bad on a day: the highest revision of each fact counts. */
export function isBad(facts: Iterable<Fact>, day: Day): boolean {
  const newest = new Map<string, Fact>();
  for (const fact of facts) if (fact.revision > (newest.get(fact.id)?.revision ?? 0)) newest.set(fact.id, fact);
  return [...newest.values()].some((fact) => !fact.retracted && fact.occurredOn <= day && day < fact.recordedAt);
}

class ToyState {
  readonly facts: Map<string, { at: number; fact: Fact }> = new Map();
  dirty = false;
}

type ToyDocument = readonly { readonly at: number; readonly bytes: string }[];

const TOY_ROWS: Collection<ToyDocument> = {
  name: "toy",
  ...jsonCodec<ToyDocument>(),
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

export const toyFold: FoldKind<ToyState, "Grade", ToyDocument> = {
  name: "toy",
  topic: FACTS,
  output: { topic: GRADES, name: "Grade", collection: GRADE_ROWS },
  documents: TOY_ROWS,
  timed: true,
  keyOf: (id) => id,
  concerns: () => true,
  open: (_, documents) => {
    const state = new ToyState();
    for (const { doc } of documents) {
      for (const { at, bytes } of doc) {
        const event = decode(Buffer.from(bytes, "base64"));
        if (event.name === "Fact")
          state.facts.set(`${event.value.id}/${event.value.revision}`, { at, fact: event.value });
      }
    }
    return state;
  },
  step: (state, { event, at }) => {
    if (event.name !== "Fact")
      return { state, changed: false, refused: { reason: "unexpected-event", detail: event.name } };
    const id = `${event.value.id}/${event.value.revision}`;
    if (state.facts.has(id)) return { state, changed: false };
    state.facts.set(id, { at, fact: event.value });
    state.dirty = true;
    return { state, changed: true };
  },
  say: (subject, state, inForce) => {
    if (!inForce) return null;
    const facts = [...state.facts.values()].map(({ fact }) => fact);
    const bad = isBad(facts, inForce.day);
    const later = facts
      .flatMap(({ occurredOn, recordedAt }) => [occurredOn, recordedAt])
      .filter((day) => day > inForce.day);
    const dueOn = later.length > 0 ? Math.min(...later) : null;
    const output: Unversioned<"Grade"> = {
      subject,
      name: "",
      region: REGION,
      roles: [],
      products: [],
      gone: false,
      asOf: inForce.day,
      nextReviewOn: dueOn,
      inspections: 0,
      failures: bad ? 1 : 0,
      simulated: true,
      verdicts: [],
    };
    return { output, dueOn };
  },
  same: (a, b) => a.failures === b.failures && a.nextReviewOn === b.nextReviewOn,
  contributions: ({ failures }: Unversioned<"Grade">) => [
    { region: REGION, rulebook: RULEBOOK, counts: { enterprises: 1, bad: failures } },
  ],
  takeDocuments: (state) => {
    if (!state.dirty) return [];
    state.dirty = false;
    const all = [...state.facts.values()];
    const doc = all.map(({ at, fact }) => ({ at, bytes: Buffer.from(encode("Fact", fact)).toString("base64") }));
    return [{ id: all[0]!.fact.subject, at: Math.max(...all.map(({ at }) => at)), doc }];
  },
};

interface ToyClosings {
  readonly closed: Map<Day, { number: number; output: Unversioned<"Colour"> }>;
  at: number;
  dirty: boolean;
}
export type ToyRecord = readonly { readonly number: number; readonly output: Unversioned<"Colour"> }[];

export const TOY_CLOSINGS: Collection<ToyRecord> = {
  name: "toy_closings",
  ...jsonCodec<ToyRecord>(),
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

export const toyRollup: RollupKind<ToyClosings, "Colour", ToyRecord, never> = {
  name: "toy-regions",
  topic: TALLIES,
  output: { topic: COLOURS, name: "Colour", collection: COLOUR_ROWS },
  documents: TOY_CLOSINGS,
  archive: { ...TOY_CLOSINGS, ...jsonCodec<never>(), name: "toy_archive" },
  takeArchive: () => [],
  keyOf: (id) => id,
  keys: (inForce) => inForce.documents.scheme.map(({ code }) => code),
  rulebookOf: () => RULEBOOK,
  open: (_, documents: readonly Document<ToyRecord>[]) => ({
    closed: new Map(documents.flatMap(({ doc }) => doc.map((day) => [day.output.asOf, day] as const))),
    at: Math.max(-1, ...documents.map(({ at }) => at)),
    dirty: false,
  }),
  say: (code, _, counts, inForce, closing, cause) => ({
    code,
    name: "",
    level: "county",
    colour: counts["bad"] ? "red" : "green",
    previousColour: "none",
    provisional: closing === null,
    share: null,
    counts: { bad: counts["bad"] ?? 0 },
    enterprises: counts["enterprises"] ?? 0,
    passRate: null,
    coverage: null,
    index: null,
    rulebook: RULEBOOK,
    asOf: inForce.day,
    simulated: true,
    cause,
  }),
  same: (a, b) =>
    a.counts["bad"] === b.counts["bad"] &&
    a.enterprises === b.enterprises &&
    a.provisional === b.provisional &&
    a.asOf === b.asOf,
  recorded: ({ closed }, { number, day }: Closing) => {
    const record = closed.get(day);
    if (record?.number === number) return record.output;
    return [...closed.values()].some((other) => other.number > number) ? "later" : undefined;
  },
  close: (_, state, output, { number, day }, at) => {
    state.closed.set(day, { number, output });
    state.at = Math.max(state.at, at);
    state.dirty = true;
    return [];
  },
  takeDocuments: (state) => {
    if (!state.dirty) return [];
    state.dirty = false;
    return [{ id: REGION, at: state.at, doc: [...state.closed.values()] }];
  },
};
