import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ClientQueue } from "./client-queue.ts";

const channelC = { name: "c", kind: "colours", prefix: "" } as const;
const channelD = { name: "d", kind: "colours", prefix: "" } as const;
const frame = (text: string) => Buffer.from(text);

function drain(queue: ClientQueue): string[] {
  const all: string[] = [];
  for (let waiting = queue.next(); waiting; waiting = queue.next()) {
    all.push("snapshot" in waiting ? `<${waiting.snapshot.name}>` : Buffer.from(waiting.frame).toString());
  }
  return all;
}

test("beyond its bytes it says that the client is slow", () => {
  const queue = new ClientQueue(10);
  expect(queue.offer("c", "1", frame("12345"))).toBe(true);
  expect(queue.offer("c", "2", frame("12345"))).toBe(true);
  expect(queue.offer("c", "3", frame("1"))).toBe(false);
  expect(new ClientQueue(2).control(frame("123"))).toBe(false);
});

test("newer states replace older ones, and go to the end", () => {
  const queue = new ClientQueue(5);
  for (const [key, text] of [
    ["a", "a1"],
    ["b", "b1"],
    ["a", "a2"],
    ["a", "a3"],
  ] as const) {
    expect(queue.offer("c", key, frame(text))).toBe(true);
  }
  expect(queue.bytes).toBe(4);
  expect(drain(queue)).toEqual(["b1", "a3"]);
  expect(queue.bytes).toBe(0);
});

test("the same key in another channel is another state; answers are never replaced", () => {
  const queue = new ClientQueue(100);
  queue.offer("c", "a", frame("c-a"));
  queue.control(frame("x"));
  queue.offer("d", "a", frame("d-a"));
  queue.control(frame("x"));
  expect(drain(queue)).toEqual(["c-a", "x", "d-a", "x"]);
});

test("a snapshot stands for all of its channel that waits and comes while it waits", () => {
  const queue = new ClientQueue(100);
  queue.offer("c", "a", frame("a1"));
  queue.offer("d", "a", frame("d1"));
  queue.snapshot(channelC);
  queue.offer("c", "a", frame("a2"));
  expect(queue.bytes).toBe(2);
  queue.snapshot(channelC);
  expect(drain(queue)).toEqual(["d1", "<c>"]);
  queue.offer("c", "a", frame("a3"));
  expect(drain(queue)).toEqual(["a3"]);
});

test("what is forgotten is not sent", () => {
  const queue = new ClientQueue(100);
  queue.offer("c", "a", frame("a"));
  queue.snapshot(channelD);
  queue.offer("e", "a", frame("e"));
  queue.forget("c");
  queue.forget("d");
  expect(drain(queue)).toEqual(["e"]);
  queue.control(frame("x"));
  queue.clear();
  expect([queue.bytes, queue.empty, drain(queue)]).toEqual([0, true, []]);
});

test("its bytes are those of what it holds, and the last state of every key comes out", () => {
  const step = fc.record({ channel: fc.constantFrom("c", "d"), key: fc.constantFrom("a", "b"), take: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new ClientQueue(Infinity);
      const last = new Map<string, string>();
      const seen = new Map<string, string>();
      const see = (text: string) => seen.set(text.split("=")[0]!, text);
      steps.forEach(({ channel, key, take }, i) => {
        last.set(`${channel}/${key}`, `${channel}/${key}=${i}`);
        queue.offer(channel, key, frame(`${channel}/${key}=${i}`));
        const waiting = take ? queue.next() : undefined;
        if (waiting && "frame" in waiting) see(Buffer.from(waiting.frame).toString());
      });
      const { bytes } = queue;
      const rest = drain(queue);
      expect(bytes).toBe(rest.join("").length);
      rest.forEach(see);
      expect(seen).toEqual(last);
    }),
  );
});
