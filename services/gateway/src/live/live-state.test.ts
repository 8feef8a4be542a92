import { compareVersions, isWithin } from "@sanfen/model";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { colour, grade, task, version, warning } from "../testing/samples.ts";
import { LiveState } from "./live-state.ts";
import { colourRecord, gradeRecord, taskRecord, warningRecord, type LiveRecord } from "./record.ts";

const REGIONS = ["33", "3304", "330402", "330411", "3305", null];
const PREFIXES = ["", "33", "3304", "330402", "330", "34"];

// Content is a function of key and version, as outputs promise.
const record = fc
  .record({ key: fc.constantFrom("a", "b", "c"), at: fc.nat(6), epoch: fc.nat(1) })
  .map(({ key, at, epoch }) => {
    const region = REGIONS[(at * 7 + epoch + key.charCodeAt(0)) % REGIONS.length]!;
    return gradeRecord(grade(key, region, 0, { gone: at % 3 === 0, version: version(at, epoch) }));
  });

const byKey = (a: { readonly key: string }, b: { readonly key: string }) => a.key.localeCompare(b.key);
const keyed = (records: Iterable<LiveRecord>) =>
  Array.from(records, ({ key, version: at }) => ({ key, at })).sort(byKey);

test("of every key the newest version stands, whatever the order and however often each comes", () => {
  const shuffled = fc
    .array(record)
    .chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 })),
    );
  fc.assert(
    fc.property(shuffled, ([records, history]) => {
      const state = new LiveState("33");
      for (const each of history) state.apply(each);
      const newest = new Map<string, LiveRecord>();
      for (const each of records) {
        const held = newest.get(each.key);
        if (!held || compareVersions(each.version, held.version) > 0) newest.set(each.key, each);
      }
      for (const prefix of PREFIXES) {
        const wanted = [...newest.values()].filter(
          (each) => each.standing !== "gone" && (prefix === "" || isWithin(each.region ?? "33", prefix)),
        );
        expect(keyed(state.within("grades", `grades:${prefix}`))).toEqual(keyed(wanted));
      }
    }),
  );
});

test("a change is told to the channels of the region, of all it lies in, and of the one that was left", () => {
  const state = new LiveState("33");
  expect(state.apply(gradeRecord(grade("a", "330402", 1)))!.channels).toEqual([
    "grades:",
    "grades:33",
    "grades:3304",
    "grades:330402",
  ]);
  expect(state.apply(gradeRecord(grade("a", "3305", 2)))!.channels).toEqual([
    "grades:",
    "grades:33",
    "grades:3305",
    "grades:3304",
    "grades:330402",
  ]);
  expect(state.apply(gradeRecord(grade("a", "330402", 1)))).toBeUndefined();
  expect(state.apply(gradeRecord(grade("a", "330402", 2)))).toBeUndefined();
});

test("segments, not letters, make a prefix", () => {
  const state = new LiveState("chicago");
  expect(state.apply(colourRecord(colour("chicago/11", 1)))!.channels).toEqual([
    "colours:",
    "colours:chicago",
    "colours:chicago/11",
  ]);
  expect([...state.within("colours", "colours:chicago/1")]).toEqual([]);
});

test("what names no region belongs to the widest", () => {
  const state = new LiveState("3304");
  const wanted = ["warnings:", "warnings:33", "warnings:3304"];
  expect(state.apply(warningRecord(warning("w", "", 1)))!.channels).toEqual(wanted);
  expect([...state.within("warnings", "warnings:3304")]).toHaveLength(1);
  expect([...state.within("warnings", "warnings:330402")]).toHaveLength(0);
  expect(state.apply(taskRecord(task("t", null, 1)))!.channels).toEqual(
    wanted.map((name) => name.replace("warnings", "tasks")),
  );
});

test("open tasks stay however many have ended; of those the newest thousand stay", () => {
  const state = new LiveState("33");
  state.apply(taskRecord(task("open", "33", 1, { simulated: true })));
  for (let at = 0; at < 1_500; at++)
    state.apply(taskRecord(task(`t${at}`, "33", at, { state: "closed", simulated: true })));
  const keys = [...state.within("tasks", "tasks:33")].map(({ key }) => key);
  expect(keys).toHaveLength(1_001);
  expect(keys).toContain("open");
  expect(keys).toContain("t500");
  expect(keys).not.toContain("t499");
  expect(state.simulated).toBe(true);
});

test("a task that is opened again counts as open", () => {
  const state = new LiveState("33");
  state.apply(taskRecord(task("again", "33", 1, { state: "closed" })));
  state.apply(taskRecord(task("again", "33", 2, { state: "open" })));
  for (let at = 0; at < 1_200; at++) state.apply(taskRecord(task(`t${at}`, "33", at, { state: "closed" })));
  expect([...state.within("tasks", "tasks:33")].map(({ key }) => key)).toContain("again");
});

test("simulated as long as anything held says so", () => {
  const state = new LiveState("33");
  expect(state.simulated).toBe(false);
  state.apply(colourRecord(colour("33", 1, { simulated: true })));
  state.apply(colourRecord(colour("33", 2, { simulated: true })));
  expect(state.simulated).toBe(true);
  state.apply(colourRecord(colour("33", 3)));
  expect(state.simulated).toBe(false);
});

const jsonOf = ({ json }: LiveRecord): unknown => JSON.parse(json.text);

test("records as clients get them: days as dates, nothing that grows", () => {
  expect(jsonOf(colourRecord(colour("33", 1, { rulebook: "", cause: "s" })))).toMatchObject({
    asOf: "2024-10-04",
    rulebook: null,
    cause: "s",
    version: { epoch: 1, at: 1 },
  });
  expect(jsonOf(gradeRecord(grade("a", null, 1)))).toEqual({
    id: "a",
    name: "enterprise a",
    region: null,
    registered: true,
    grade: "non-risk",
    score: 0,
    healthCode: "green",
    products: ["1201"],
    rulebook: "jiaxing-2021@1",
    asOf: "2024-10-04",
    nextReviewOn: "2025-01-12",
    simulated: false,
    version: { epoch: 1, at: 1 },
  });
  expect(jsonOf(gradeRecord(grade("a", null, 1, { verdicts: [], nextReviewOn: null })))).toMatchObject({
    grade: null,
    score: null,
    rulebook: null,
    nextReviewOn: null,
  });
  expect(jsonOf(warningRecord(warning("w", "33", 1)))).toMatchObject({ raisedOn: "2024-10-04" });
  expect(jsonOf(taskRecord(task("t", "33", 1, { dueOn: 20_001 })))).toMatchObject({ dueOn: "2024-10-05" });
  for (const each of [warningRecord(warning("w", "33", 1)), taskRecord(task("t", "33", 1))]) {
    expect(jsonOf(each)).not.toHaveProperty("steps");
  }
});
