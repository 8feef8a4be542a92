import { expect, it } from "vitest";
import { manualTiming } from "./testing/manual-timing.ts";
import { Turns } from "./timing.ts";

it("runs one task a turn, in the order of asking, and one that throws holds up no other", () => {
  const timing = manualTiming();
  const turns = new Turns(timing);
  const done: string[] = [];
  turns.take(() => {
    done.push("a1");
    turns.take(() => done.push("a2"));
  });
  turns.take(() => {
    throw new Error("b fails");
  });
  turns.take(() => done.push("c"));
  timing.turn();
  expect(done).toEqual(["a1"]);
  expect(() => timing.turn()).toThrow("b fails");
  timing.turn();
  expect(done).toEqual(["a1", "c"]);
  timing.turn();
  expect(done).toEqual(["a1", "c", "a2"]);
  timing.turn();
  expect(timing.waiting).toBe(0);
  turns.take(() => done.push("later"));
  timing.turn();
  expect(done.at(-1)).toBe("later");
});
