import { array, assert, asyncProperty, integer, nat, record } from "fast-check";
import type { RecordMetadata } from "kafkajs";
import { describe, expect, it } from "vitest";
import type { Entry } from "../log.ts";
import { acknowledged, Lane, type Send } from "./appender.ts";

const topic = "sanfen.facts";
const entry = (value: string): Entry => ({ key: "k", value: new TextEncoder().encode(value) });
const said = (partition: number, baseOffset: number): RecordMetadata[] => [
  { topicName: topic, partition, errorCode: 0, baseOffset: String(baseOffset) },
];

interface Broker {
  readonly send: Send;
  readonly requests: string[][];
  readonly answerNext: () => void;
  /** Those under way, and from now on each as it comes. */
  readonly answerAll: () => void;
}

/** A broker of one partition that answers when it is let, and remembers every request. */
function broker(partition: number): Broker {
  const requests: string[][] = [];
  const open: (() => void)[] = [];
  let end = 0;
  let free = false;
  return {
    requests,
    async send({ messages }) {
      expect(new Set(messages.map((message) => message.partition))).toEqual(new Set([partition]));
      requests.push(messages.map(({ value }) => String(value)));
      const first = end;
      end += messages.length;
      if (!free) await new Promise<void>((resolve) => open.push(resolve));
      return said(partition, first);
    },
    answerNext: () => open.shift()?.(),
    answerAll: () => {
      free = true;
      for (const answer of open.splice(0)) answer();
    },
  };
}

describe("what counts as acknowledged", () => {
  it.each<[string, RecordMetadata[]]>([
    ["an answer without the partition", []],
    ["another partition", said(4, 7)],
    ["another topic", [{ ...said(3, 7)[0]!, topicName: "other" }]],
    ["an error", [{ ...said(3, 7)[0]!, errorCode: 6 }]],
    ["no offset", [{ topicName: topic, partition: 3, errorCode: 0 }]],
    ["the offset of what was not written", said(3, -1)],
    ["more partitions than were sent to", [...said(3, 7), ...said(4, 9)]],
  ])("is not %s", (_, answer) => {
    const error = expect.objectContaining({ name: "LogError", code: "incomplete" });
    expect(() => acknowledged(topic, 3, 2, answer)).toThrow(error);
  });

  it("is an offset for each entry", () => {
    expect(acknowledged(topic, 3, 3, said(3, 7))).toEqual([7, 8, 9]);
  });
});

describe("a lane", () => {
  it("has one request under way, and sends together what came in meanwhile", async () => {
    const { send, requests, answerNext } = broker(3);
    const lane = new Lane(topic, 3, send);
    const first = lane.append([entry("a")]);
    const second = lane.append([entry("b"), entry("c")]);
    const third = lane.append([entry("d")]);
    expect(requests).toEqual([["a"]]);
    answerNext();
    expect(await first).toEqual([0]);
    expect(requests).toEqual([["a"], ["b", "c", "d"]]);
    answerNext();
    expect(await Promise.all([second, third])).toEqual([[1, 2], [3]]);
    await lane.idle();
  });

  it("fails those whose request failed, and goes on with the next", async () => {
    let calls = 0;
    const lane = new Lane(topic, 0, async () => {
      calls += 1;
      if (calls === 2) throw new Error("not enough replicas");
      return Promise.resolve(said(0, calls));
    });
    const outcomes = await Promise.allSettled([
      lane.append([entry("a")]),
      lane.append([entry("b")]),
      lane.append([entry("c")]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await lane.append([entry("d")])).toEqual([3]);
  });

  it("does not acknowledge a list of which one request was not", async () => {
    const big = entry("x".repeat(500_000));
    let calls = 0;
    const lane = new Lane(topic, 0, () => Promise.resolve(++calls === 2 ? [] : said(0, 10 * calls)));
    await expect(lane.append([big, big, big])).rejects.toMatchObject({ code: "incomplete" });
    expect(calls).toBe(2);
  });

  it("keeps every list whole and in order, however lists come and are answered", async () => {
    await assert(
      asyncProperty(
        array(record({ size: integer({ min: 1, max: 5 }), answers: nat({ max: 2 }) }), { maxLength: 30 }),
        async (steps) => {
          const { send, requests, answerNext, answerAll } = broker(1);
          const lane = new Lane(topic, 1, send);
          const appended: Promise<readonly number[]>[] = [];
          const names: string[] = [];
          for (const { size, answers } of steps) {
            const list = Array.from({ length: size }, (_, index) => `${appended.length}/${index}`);
            names.push(...list);
            appended.push(lane.append(list.map(entry)));
            for (let answer = 0; answer < answers; answer += 1) {
              answerNext();
              await Promise.resolve();
            }
          }
          answerAll();
          await lane.idle();
          expect(requests.flat()).toEqual(names);
          expect((await Promise.all(appended)).flat()).toEqual(names.map((_, index) => index));
        },
      ),
      { numRuns: 50 },
    );
  });
});
