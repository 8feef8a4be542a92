import type { EventTypes } from "@sanfen/events";
import { expect, it } from "vitest";
import { Outbox, type Output } from "./outbox.ts";

const output = (key: string, at: number, topic = "t", partition = 0): Output => ({
  topic,
  partition,
  key,
  name: "Mark",
  value: {} as EventTypes["Mark"],
  at,
});
const told = (outbox: Outbox): string[][] => outbox.take().map((list) => list.map(({ key, at }) => `${key}${at}`));

it("lets an output give way to a later one of its key, in the later one's place", () => {
  const outbox = new Outbox();
  for (const each of [output("a", 1), output("b", 2), output("a", 3)]) outbox.push(each);
  expect(told(outbox)).toEqual([["b2", "a3"]]);
  expect(told(outbox)).toEqual([]);
});

it("keeps what stands before a mark", () => {
  const outbox = new Outbox();
  outbox.push(output("a", 1));
  outbox.mark(output("mark", 2));
  outbox.push(output("a", 3));
  outbox.push(output("a", 4));
  expect(told(outbox)).toEqual([["a1", "mark2", "a4"]]);
});

it("never drops a command", () => {
  const outbox = new Outbox();
  for (const each of [output("task", 1), output("task", 2)]) outbox.append(each);
  expect(told(outbox)).toEqual([["task1", "task2"]]);
});

it("holds partitions and topics apart", () => {
  const outbox = new Outbox();
  for (const each of [output("a", 1, "t", 0), output("a", 2, "t", 1), output("a", 3, "u", 0)]) outbox.push(each);
  expect(told(outbox)).toEqual([["a1"], ["a2"], ["a3"]]);
});
