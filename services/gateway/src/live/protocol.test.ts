import * as fc from "fast-check";
import { expect, test } from "vitest";
import { eventFrame, parseChannel, parseClientFrame, snapshotPieces, type Frame } from "./protocol.ts";

test.each([
  ["", "bad-json"],
  ["{", "bad-json"],
  ["\u0000", "bad-json"],
  ["null", "bad-frame"],
  ["[]", "bad-frame"],
  ["7", "bad-frame"],
  ['"subscribe"', "bad-frame"],
  ["{}", "unknown-op"],
  ['{"op":"Subscribe","channel":"colours:33"}', "unknown-op"],
  ['{"op":["subscribe"],"channel":"colours:33"}', "unknown-op"],
  ['{"op":"subscribe"}', "unknown-channel"],
  ['{"op":"subscribe","channel":7}', "unknown-channel"],
  ['{"op":"subscribe","channel":"colours"}', "unknown-channel"],
  ['{"op":"subscribe","channel":":33"}', "unknown-channel"],
  ['{"op":"subscribe","channel":"facts:33"}', "unknown-channel"],
  ['{"op":"subscribe","channel":"__proto__:33"}', "unknown-channel"],
  ['{"op":"subscribe","channel":"colours:33 04"}', "unknown-channel"],
  ['{"op":"subscribe","channel":"colours:33\\u0000"}', "unknown-channel"],
  [`{"op":"subscribe","channel":"colours:${"3".repeat(101)}"}`, "unknown-channel"],
  ['{"op":"unsubscribe","channel":"x"}', "unknown-channel"],
  ['{"op":"subscribe","channel":"colours:33","since":3}', "bad-since"],
  ['{"op":"subscribe","channel":"colours:33","since":{}}', "bad-since"],
  ['{"op":"subscribe","channel":"colours:33","since":{"epoch":"a","offset":-1}}', "bad-since"],
  ['{"op":"subscribe","channel":"colours:33","since":{"epoch":"a","offset":1.5}}', "bad-since"],
  ['{"op":"subscribe","channel":"colours:33","since":{"epoch":"a","offset":1e400}}', "bad-since"],
  ['{"op":"subscribe","channel":"colours:33","since":{"epoch":1,"offset":1}}', "bad-since"],
])("%s is refused: %s", (text, code) => {
  expect(parseClientFrame(text)).toMatchObject({ problem: { code } });
});

test("whatever comes, the answer is a frame or a problem", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json({ maxDepth: 2 })), (text) => {
      const frame = parseClientFrame(text);
      expect("op" in frame || frame.problem.text.length > 0).toBe(true);
    }),
  );
});

test("good frames", () => {
  const channel = { name: "colours:chicago/1", kind: "colours", prefix: "chicago/1" };
  expect(parseClientFrame('{"op":"subscribe","channel":"colours:chicago/1","more":1}')).toEqual({
    op: "subscribe",
    channel,
  });
  expect(parseClientFrame('{"op":"unsubscribe","channel":"colours:chicago/1"}')).toEqual({
    op: "unsubscribe",
    channel,
  });
  expect(parseClientFrame('{"op":"subscribe","channel":"colours:chicago/1","since":{"epoch":"e","offset":0}}')).toEqual(
    { op: "subscribe", channel, since: { epoch: "e", offset: 0 } },
  );
  expect(parseChannel("grades:")).toEqual({ name: "grades:", kind: "grades", prefix: "" });
});

/** The pieces of a frame as one text, checked not to be empty. */
function whole(pieces: Generator<Frame, Frame, void>): string {
  const all: Frame[] = [];
  for (let next = pieces.next(); ; next = pieces.next()) {
    expect(next.value.length).toBeGreaterThan(0);
    all.push(next.value);
    if (next.done) return Buffer.concat(all).toString();
  }
}

test("frames that are put together by hand are the JSON they should be", () => {
  const name = 'colours:"\\';
  expect(JSON.parse(Buffer.from(eventFrame(name, 3, '{"code":"33"}')).toString())).toEqual({
    op: "event",
    channel: name,
    offset: 3,
    record: { code: "33" },
  });
  for (const [items, pieceBytes] of [
    [[], 1],
    [["1"], 1],
    [["1", '"二"'], 1],
    [["1", '"二"'], 1_000],
  ] as const) {
    expect(JSON.parse(whole(snapshotPieces({ channel: name, epoch: "e", offset: 3 }, items, pieceBytes)))).toEqual({
      op: "snapshot",
      channel: name,
      epoch: "e",
      offset: 3,
      items: items.map((item) => JSON.parse(item) as unknown),
    });
  }
});
