import * as fc from "fast-check";
import type { Fact } from "@sanfen/events";
import { describe, expect, it } from "vitest";
import { foldMachine } from "./fold.ts";
import type { Layout, Stamped } from "./machine.ts";
import { rollupMachine } from "./rollup.ts";
import {
  isBad,
  REGION,
  stamped,
  toyFact,
  toyFold,
  toyRollup,
  toyScheme,
  toyTick,
  type ToyRecord,
} from "./testing/toy.ts";
import { Stage, type Action, type Topic } from "./testing/world.ts";
import { COLOURS, FACTS, TALLIES } from "./topics.ts";

const PARTITIONS = 2;
const LAST_DAY = 4;
const layout: Layout = { partitionsOf: (topic) => (topic === FACTS ? PARTITIONS : 1) };

type Step = { fact: Fact } | "tick";

/** The records of one partition: documents, then facts between the ticks of the days 1 to LAST_DAY. */
function partitionLog(partition: number, steps: readonly Step[]): Stamped[] {
  const log: Stamped[] = [];
  let number = 0;
  const control = (record: ReturnType<typeof toyTick>): void => {
    log.push(stamped(log.length, "control", "Control", record));
    number += 1;
  };
  control(toyScheme(number));
  let day = 1;
  control(toyTick(number, day));
  for (const step of steps) {
    if (step === "tick") {
      if (day < LAST_DAY) control(toyTick(number, (day += 1)));
    } else {
      log.push(
        stamped(log.length, step.fact.subject, "Fact", { ...step.fact, subject: `${partition}${step.fact.subject}` }),
      );
    }
  }
  while (day < LAST_DAY) control(toyTick(number, (day += 1)));
  return log.map((record) => ({
    ...record,
    key: record.event.name === "Fact" ? record.event.value.subject : record.key,
  }));
}

/** How many are bad as each day ends, and at the end, counted from the logs alone. */
function expected(logs: readonly Stamped[][]): { closed: Record<number, number>; live: number } {
  const closed: Record<number, number> = {};
  let live = 0;
  for (const log of logs) {
    const facts = new Map<string, Fact[]>();
    let day = 0;
    const bad = (): number => [...facts.values()].filter((known) => isBad(known, day)).length;
    for (const { event } of log) {
      if (event.name === "Fact")
        facts.set(event.value.subject, [...(facts.get(event.value.subject) ?? []), event.value]);
      if (event.name !== "Control" || event.value.kind !== "tick") continue;
      if (day > 0) closed[day] = (closed[day] ?? 0) + bad();
      day = event.value.day;
    }
    live += bad();
  }
  return { closed, live };
}

const facts = fc
  .record({
    subject: fc.constantFrom("a", "b"),
    id: fc.constantFrom("x", "y"),
    revision: fc.integer({ min: 1, max: 3 }),
    bad: fc.boolean(),
    from: fc.integer({ min: 1, max: LAST_DAY }),
    until: fc.constantFrom(2, 3, 9),
  })
  .map((fact) => ({ fact: toyFact({ ...fact, bad: fact.bad, id: `${fact.id}${fact.subject}` }) }));

/** Two facts of one revision with other content are another matter: here the first stands for both. */
function withoutConflicts(steps: readonly Step[]): Step[] {
  const first = new Map<string, Step>();
  return steps.map((step) => {
    if (step === "tick") return step;
    const id = `${step.fact.id}/${step.fact.revision}`;
    first.set(id, first.get(id) ?? step);
    return first.get(id)!;
  });
}

const steps = fc
  .array(fc.oneof({ weight: 3, arbitrary: facts }, { weight: 2, arbitrary: fc.constant<Step>("tick") }), {
    maxLength: 8,
  })
  .map(withoutConflicts);

function actions(partitions: number, maxLength: number): fc.Arbitrary<Action[]> {
  const where = { instance: fc.integer({ min: 0, max: 1 }), partition: fc.integer({ min: 0, max: partitions - 1 }) };
  return fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant("fold" as const),
          sent: fc.boolean(),
          ...where,
          records: fc.integer({ min: 1, max: 4 }),
        }),
      },
      { weight: 5, arbitrary: fc.record({ do: fc.constant("send" as const), ...where }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("flush" as const), ...where }) },
      { weight: 5, arbitrary: fc.record({ do: fc.constant("store" as const), ...where }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constantFrom("take" as const, "take" as const, "drop" as const), ...where }),
      },
    ),
    { maxLength },
  );
}

describe("any schedule of crashes, take-overs and late owners", () => {
  const runs = Number(process.env["SANFEN_TEST_SCHEDULES"] ?? 1_500);

  it("gives the closings and the live counts of the log, and one content a version", () => {
    fc.assert(
      fc.property(fc.tuple(steps, steps), actions(PARTITIONS, 40), actions(1, 30), (logSteps, early, late) => {
        const logs = logSteps.map((each, partition) => partitionLog(partition, each));
        const tallies: Topic = { partitions: [[]] };
        const colours: Topic = { partitions: [[]] };
        const one = new Stage(foldMachine(toyFold), layout, { partitions: logs }, new Map([[TALLIES, tallies]]));
        const two = new Stage(rollupMachine(toyRollup), layout, tallies, new Map([[COLOURS, colours]]));
        for (const action of early) one.act(action);
        // Stage two reads while stage one is still being thrown about.
        for (const action of late.slice(0, late.length / 2)) two.act(action);
        one.finish();
        for (const action of late.slice(late.length / 2)) two.act(action);
        two.finish();
        const { closed, live } = expected(logs);
        const record = two.rows<ToyRecord>("toy_closings").get(REGION)?.doc ?? [];
        const told = Object.fromEntries(record.map(({ output }) => [output.asOf, output.counts["bad"]]));
        expect(told).toEqual(closed);
        const head = two.rows<{ counts: Record<string, number> }>("colours").get(REGION)?.doc;
        expect(head?.counts["bad"] ?? 0).toBe(live);
        // What a consumer of the topic ends with is what the store holds.
        const newest = colours.partitions[0]!.map(
          ({ event }) => event.value as { version: { epoch: number; at: number } },
        ).reduce<unknown>(
          (best, each) => (best && (best as typeof each).version.at >= each.version.at ? best : each),
          undefined,
        );
        expect((newest as { counts: Record<string, number> } | undefined)?.counts["bad"] ?? 0).toBe(live);
        expect(one.breach ?? two.breach).toBeNull();
      }),
      { numRuns: runs },
    );
  });
});
