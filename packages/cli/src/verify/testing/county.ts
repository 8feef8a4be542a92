/** A county for tests of the oracle: documents, days and facts, without log and store. */
import { encodeBody, type Control, type Fact } from "@sanfen/events";
import type { Binding, Day } from "@sanfen/model";
import { RULEBOOKS } from "@sanfen/rulebook";
import { Closings, Shard } from "../oracle.ts";
import type { Recomputed } from "../compare.ts";
import { readTimeline, type Tick } from "../timeline.ts";

export const FIRST_DAY: Day = 20_000;

const REGIONS = [
  ["3304", "city"],
  ["330402", "county"],
  ["330402001", "town"],
].map(([code, level]) => ({ code, name: { zh: code, en: code }, level }));

const CITY: Binding = { jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" };

/** Control records, numbered by their place. */
export function numbered(controls: readonly Partial<Control>[]): Control[] {
  return controls.map((control, number) => ({
    kind: "tick",
    number,
    recordedAt: 4_000_000_000_000,
    actor: "test",
    instant: 0,
    day: 0,
    document: null,
    ...control,
  }));
}

export function documentOf(kind: Control["kind"], document: unknown): Partial<Control> {
  return { kind, document: JSON.stringify(document) };
}

/** A tick at so many hours into a day. */
export function tickOf(day: Day, hours: number = 0): Partial<Control> {
  return { kind: "tick", day, instant: day * 86_400_000 + hours * 3_600_000 };
}

/** The documents of the county: Jiaxing's rulebook for the city, and whatever else is bound. */
export function documents(...bindings: readonly Binding[]): Partial<Control>[] {
  return [
    documentOf("scheme", REGIONS),
    ...RULEBOOKS.map((rulebook) => documentOf("rulebook", rulebook)),
    ...[CITY, ...bindings].map((binding) => documentOf("binding", binding)),
  ];
}

export function factOf(parts: Partial<Fact> & Pick<Fact, "id">): Fact {
  return {
    revision: 1,
    retracted: false,
    subject: "e",
    subjectType: "enterprise",
    role: "none",
    kind: "registration",
    occurredOn: FIRST_DAY - 10,
    recordedAt: 0,
    region: null,
    product: null,
    sample: null,
    source: "test",
    simulated: false,
    body: encodeBody("registration", {
      name: null,
      address: null,
      roles: [],
      licence: null,
      compulsoryCertificate: null,
    }),
    ...parts,
  };
}

export function inspection(result: "pass" | "fail"): Pick<Fact, "kind" | "body"> {
  const body = {
    result,
    severity: "critical",
    items: [],
    batch: null,
    of: null,
    findings: [],
    workplace: null,
  } as const;
  return { kind: "inspection", body: encodeBody("inspection", body) };
}

/** Days of one partition: the facts of each, then the tick that ends it. */
export function live(ticks: readonly Tick[], days: readonly (readonly Fact[])[]): Recomputed {
  const shard = new Shard(false);
  const closings = new Closings([shard]);
  for (const [i, tick] of ticks.entries()) {
    closings.close(tick);
    shard.begin(tick);
    for (const fact of days[i] ?? []) shard.take(fact);
  }
  return { shards: [shard], closings };
}

/** The ticks of a history that begins with these documents. */
export function ticksOf(...controls: readonly Partial<Control>[]): readonly Tick[] {
  return readTimeline(numbered([...documents(), tickOf(FIRST_DAY), ...controls]));
}
