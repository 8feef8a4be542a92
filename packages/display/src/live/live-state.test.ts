import { COLOURS } from "@sanfen/model";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { colourOf, warningOf } from "../testing/sample-site.ts";
import { initialLiveState, type LiveState, MAX_CHANGES, reduceFrame } from "./live-state.ts";
import type { ServerFrame } from "./protocol.ts";
import type { RegionColour } from "./records.ts";

const CHANNEL = "colours:3304";
const hello = (epoch: string): ServerFrame => ({ op: "hello", epoch });
const snapshot = (items: readonly unknown[], offset = 10, epoch = "a"): ServerFrame => ({
  op: "snapshot",
  channel: CHANNEL,
  epoch,
  offset,
  items,
});
const event = (record: unknown, offset: number): ServerFrame => ({ op: "event", channel: CHANNEL, offset, record });

/** The state after frames that arrive one second apart, the first at 1000. */
function after(frames: readonly ServerFrame[], from: LiveState = initialLiveState): LiveState {
  return frames.reduce((state, frame, i) => reduceFrame(state, frame, (i + 1) * 1000), from);
}

function coloursAfter(records: readonly RegionColour[]): Record<string, RegionColour> {
  const { colours } = after([hello("a"), ...records.map((record, i) => event(record, i))]);
  return Object.fromEntries(colours);
}

describe("bad records", () => {
  test.each([
    ["nothing", undefined],
    ["a text", "red"],
    ["no code", { ...colourOf("330402", "red", 1), code: "" }],
    ["a colour that is none of ours", { ...colourOf("330402", "red", 1), colour: "purple" }],
    ["no version", { ...colourOf("330402", "red", 1), version: null }],
  ])("%s is counted and changes nothing else", (_, record) => {
    const state = after([hello("a"), snapshot([]), event(record, 11)]);
    expect(state.colours.size).toBe(0);
    expect(state.unread).toBe(1);
    expect(state.channels.get(CHANNEL)).toEqual({ epoch: "a", offset: 11 });
  });

  test("records of a kind that is not held are passed over", () => {
    const state = after([hello("a"), { op: "event", channel: "tasks:3304", offset: 3, record: { id: "t" } }]);
    expect(state.colours.size + state.warnings.size + state.unread).toBe(0);
  });
});

describe("colours", () => {
  test("a snapshot fills the map; what turned since the day before is listed without a time", () => {
    const turned = colourOf("330402", "red", 5, { previousColour: "yellow", cause: "x" });
    const state = after([hello("a"), snapshot([turned, colourOf("330411", "green", 5)])]);
    expect([...state.colours.keys()]).toEqual(["330402", "330411"]);
    expect(state.changes).toEqual([
      expect.objectContaining({ code: "330402", from: "yellow", to: "red", seenAt: null, cause: "x" }),
    ]);
  });

  test("on first sight, a region that had no colour the day before has not turned", () => {
    expect(after([hello("a"), snapshot([colourOf("330402", "red", 5, { previousColour: "none" })])]).changes).toEqual(
      [],
    );
  });

  test("an event recolours, and is listed with the colour that was on the wall, not that of the day before", () => {
    const first = after([hello("a"), snapshot([colourOf("330402", "yellow", 5)])]);
    const state = after([event(colourOf("330402", "red", 6, { previousColour: "green" }), 11)], first);
    expect(state.colours.get("330402")?.colour).toBe("red");
    expect(state.changes[0]).toMatchObject({ from: "yellow", to: "red", seenAt: 1000 });
  });

  test("a new version of the same colour is no change", () => {
    const first = after([hello("a"), snapshot([colourOf("330402", "red", 5)])]);
    expect(after([event(colourOf("330402", "red", 6, { share: 0.4 }), 11)], first).changes).toEqual([]);
  });

  test("an older version and a repeated one are harmless", () => {
    const red = colourOf("330402", "red", 6);
    const state = after([hello("a"), snapshot([colourOf("330402", "yellow", 5)]), event(red, 11)]);
    const again = after([event(colourOf("330402", "green", 4), 12), event(red, 11)], state);
    expect(again.colours.get("330402")?.colour).toBe("red");
    expect(again.changes).toEqual(state.changes);
  });

  test("a later epoch of the partition wins over a higher position", () => {
    const state = after([
      hello("a"),
      snapshot([colourOf("330402", "yellow", 900)]),
      event(colourOf("330402", "red", 3, { version: { epoch: 2, at: 3 } }), 11),
    ]);
    expect(state.colours.get("330402")?.colour).toBe("red");
  });

  test("a snapshot after a gap lists what was missed, and drops what is gone", () => {
    const before = after([hello("a"), snapshot([colourOf("330402", "green", 5), colourOf("330411", "green", 5)])]);
    const state = after([hello("b"), snapshot([colourOf("330402", "red", 9)], 1, "b")], before);
    expect([...state.colours.keys()]).toEqual(["330402"]);
    expect(state.changes[0]).toMatchObject({ code: "330402", from: "green", to: "red", seenAt: 2000 });
    expect(state.channels.get(CHANNEL)).toEqual({ epoch: "b", offset: 1 });
  });

  test("the list of changes stays bounded", () => {
    let state = after([hello("a"), snapshot([colourOf("330402", "green", 0)])]);
    for (let at = 1; at <= MAX_CHANGES + 20; at += 1) {
      state = after([event(colourOf("330402", at % 2 ? "red" : "green", at), 10 + at)], state);
    }
    expect(state.changes).toHaveLength(MAX_CHANGES);
    expect(state.changes[0]?.key).toBe(`330402@1.${String(MAX_CHANGES + 20)}`);
  });

  test("any order and duplication of the same records ends in the same colours: the highest version of each", () => {
    const record = fc.record({
      code: fc.constantFrom("330402", "330411", "330421"),
      at: fc.integer({ min: 0, max: 20 }),
    });
    // Content is a function of key and version, as the log promises.
    const made = record.map(({ code, at }) => colourOf(code, COLOURS[at % COLOURS.length]!, at));
    const shuffled = fc
      .array(made, { maxLength: 30 })
      .chain((records) =>
        fc.tuple(
          fc.constant(records),
          fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([records, disordered]) => {
        expect(coloursAfter(disordered)).toEqual(coloursAfter(records));
      }),
    );
  });
});

describe("where to resume", () => {
  test("offsets only rise, and belong to the process that said hello", () => {
    const state = after([hello("a"), snapshot([], 10), event(colourOf("330402", "red", 1), 12), event({}, 11)]);
    expect(state.channels.get(CHANNEL)).toEqual({ epoch: "a", offset: 12 });
  });

  test("`resumed` alone does not move on: the missed events are still to come", () => {
    const state = after([hello("a"), snapshot([], 10), { op: "resumed", channel: CHANNEL, offset: 40 }]);
    expect(state.channels.get(CHANNEL)).toEqual({ epoch: "a", offset: 10 });
  });
});

describe("warnings and refusals", () => {
  test("the newest state of each warning stands", () => {
    const channel = "warnings:3304";
    const state = after([
      hello("a"),
      { op: "snapshot", channel, epoch: "a", offset: 1, items: [warningOf("w1"), { id: "w2", state: "shouted" }] },
      {
        op: "event",
        channel,
        offset: 2,
        record: warningOf("w1", { state: "acknowledged", version: { epoch: 1, at: 2 } }),
      },
      { op: "event", channel, offset: 3, record: warningOf("w1", { version: { epoch: 1, at: 1 } }) },
    ]);
    expect(state.warnings.get("w1")?.state).toBe("acknowledged");
    expect(state.unread).toBe(1);
  });

  test("without versions the order of arrival decides", () => {
    const bare = { ...warningOf("w1"), version: undefined };
    const channel = "warnings:3304";
    const state = after([
      hello("a"),
      { op: "event", channel, offset: 2, record: bare },
      { op: "event", channel, offset: 3, record: { ...bare, state: "resolved" } },
    ]);
    expect(state.warnings.get("w1")?.state).toBe("resolved");
  });

  test("a refusal is kept until the next hello", () => {
    const refused = after([hello("a"), { op: "error", code: "forbidden", text: "not yours" }]);
    expect(refused.refusal).toEqual({ code: "forbidden", text: "not yours" });
    expect(after([hello("a")], refused).refusal).toBeNull();
  });
});
