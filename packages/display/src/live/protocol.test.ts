import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFrame, subscribeFrame } from "./protocol.ts";

describe("parseFrame", () => {
  test.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["no object", "[]"],
    ["null", "null"],
    ["no op", "{}"],
    ["an op of a later protocol", '{"op":"shout"}'],
    ["hello without an epoch", '{"op":"hello","protocol":1}'],
    ["a snapshot without items", '{"op":"snapshot","channel":"colours:33","epoch":"a","offset":1}'],
    ["an event without an offset", '{"op":"event","channel":"colours:33","record":{}}'],
    ["an offset that is text", '{"op":"resumed","channel":"colours:33","offset":"1"}'],
  ])("%s is no frame", (_, text) => {
    expect(parseFrame(text)).toBeUndefined();
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseFrame(text);
      }),
    );
  });

  test("reads each kind", () => {
    expect(parseFrame('{"op":"hello","protocol":1,"epoch":"a"}')).toEqual({ op: "hello", epoch: "a" });
    expect(parseFrame('{"op":"snapshot","channel":"colours:33","epoch":"a","offset":7,"items":[1]}')).toEqual({
      op: "snapshot",
      channel: "colours:33",
      epoch: "a",
      offset: 7,
      items: [1],
    });
    expect(parseFrame('{"op":"event","channel":"colours:33","offset":8,"record":{"code":"33"}}')).toEqual({
      op: "event",
      channel: "colours:33",
      offset: 8,
      record: { code: "33" },
    });
    expect(parseFrame('{"op":"bye","reason":"restart","reconnectAfterMs":250}')).toEqual({
      op: "bye",
      reason: "restart",
      reconnectAfterMs: 250,
    });
    expect(parseFrame('{"op":"heartbeat","instant":"1970-01-01T00:00:01Z","offset":3}')).toEqual({ op: "heartbeat" });
    expect(parseFrame('{"op":"error","code":"forbidden","text":"no"}')).toEqual({
      op: "error",
      code: "forbidden",
      text: "no",
    });
  });

  test("asks for a channel from where it was left", () => {
    expect(JSON.parse(subscribeFrame("colours:33", undefined))).toEqual({ op: "subscribe", channel: "colours:33" });
    expect(JSON.parse(subscribeFrame("colours:33", { epoch: "a", offset: 7 }))).toEqual({
      op: "subscribe",
      channel: "colours:33",
      since: { epoch: "a", offset: 7 },
    });
  });
});
