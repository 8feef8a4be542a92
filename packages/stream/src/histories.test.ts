/** The histories that broke earlier wordings of the invariants, step by step. */
import { expect, it } from "vitest";
import { foldMachine } from "./fold.ts";
import type { Layout, Stamped } from "./machine.ts";
import { stamped, toyFact, toyFold, toyScheme, toyTick } from "./testing/toy.ts";
import { Stage, type Action, type Topic } from "./testing/world.ts";
import { TALLIES } from "./topics.ts";

const layout: Layout = { partitionsOf: () => 1 };
const control = (at: number, value: ReturnType<typeof toyTick>): Stamped => stamped(at, "control", "Control", value);
const fact = (at: number, subject: string, bad: boolean, revision: number): Stamped =>
  stamped(at, subject, "Fact", toyFact({ subject, id: `x${subject}`, revision, bad, from: 1, until: 9 }));

function play(
  log: readonly Stamped[],
  actions: readonly (readonly [Action["do"], number, number?])[],
): { stage: Stage; tallies: Stamped[] } {
  const tallies: Topic = { partitions: [[]] };
  const stage = new Stage(foldMachine(toyFold), layout, { partitions: [[...log]] }, new Map([[TALLIES, tallies]]));
  for (const [name, instance, records = 1] of actions) {
    if (name === "fold") stage.act({ do: name, instance, partition: 0, records, sent: true });
    else stage.act({ do: name, instance, partition: 0 });
  }
  return { stage, tallies: tallies.partitions[0]! };
}

const badCounts = (tallies: readonly Stamped[]): unknown[] =>
  tallies.flatMap(({ event }) => (event.name === "Tally" ? [event.value.counts["bad"] ?? 0] : []));

it("a redo over rows that are ahead invents no output: it is silent up to the newest row it loaded", () => {
  const log = [control(0, toyScheme(0)), control(1, toyTick(1, 1)), fact(2, "a", true, 1), fact(3, "a", false, 2)];
  const { stage, tallies } = play(log, [
    ["take", 0],
    ["fold", 0, 2],
    ["fold", 0],
    ["fold", 0],
    // The document holds both facts; neither the head nor the position was stored when the instance died.
    ["flush", 0],
    ["store", 0],
    ["store", 0],
    ["take", 1],
    ["fold", 1, 3],
    ["fold", 1],
  ]);
  expect(stage.breach).toBeNull();
  expect(badCounts(tallies)).toEqual([1, 0]);
});

it("red emitted, crash, a redo in one batch whose net change is nothing: the last state is emitted all the same", () => {
  const log = [control(0, toyScheme(0)), control(1, toyTick(1, 1)), fact(2, "a", true, 1), fact(3, "a", false, 2)];
  const { tallies } = play(log, [
    ["take", 0],
    ["fold", 0, 3],
    ["take", 1],
    ["fold", 1, 4],
  ]);
  expect(badCounts(tallies)).toEqual([1, 0]);
});

it("a stale owner that comes back later cannot take back what a newer one stored", () => {
  const log = [control(0, toyScheme(0)), control(1, toyTick(1, 1)), fact(2, "a", true, 1), fact(3, "a", false, 2)];
  const { stage } = play(log, [
    ["take", 0],
    ["fold", 0, 3],
    ["flush", 0],
    ["take", 1],
    ["fold", 1, 4],
    ["flush", 1],
    ...Array.from({ length: 5 }, () => ["store", 1] as const),
    ...Array.from({ length: 5 }, () => ["store", 0] as const),
  ]);
  expect(stage.rows<{ failures: number }>("grades").get("a")?.doc.failures).toBe(0);
});
