import type { Command } from "@sanfen/events";
import type { Stamped } from "@sanfen/stream";
import { describe, expect, it } from "vitest";
import { reduceUnmatched, type Unmatched } from "./unmatched.ts";

const CAUSE = { import: "i", row: 2, name: "甲", address: "", candidates: [], fact: { id: "f" } };

function command(id: string, change: Partial<Command> = {}): Stamped {
  const value: Command = {
    id,
    revision: 1,
    object: "unmatched:1",
    kind: "match",
    actor: "u1",
    expected: null,
    instant: 7,
    day: 1,
    document: '{"subject":"s1"}',
    ...change,
  };
  return { at: 0, key: value.object, appendedAt: 0, bytes: new Uint8Array(), event: { name: "Command", value } };
}
const opened = command("found", { kind: "cause", document: JSON.stringify(CAUSE) });
const done = command("placed", { kind: "done", document: "{}" });

/** The row after some commands; those without effect leave it as it is. */
function given(...commands: readonly Stamped[]): Unmatched | undefined {
  let row: Unmatched | undefined;
  for (const each of commands) {
    const reduced = reduceUnmatched(row, each);
    if ("row" in reduced) row = reduced.row;
  }
  return row;
}

describe("an unmatched fact", () => {
  it.each([
    ["a decision before its cause", undefined, command("m")],
    ["a cause without a fact", undefined, command("c", { kind: "cause", document: "{}" })],
    ["a cause that is no JSON", undefined, command("c", { kind: "cause", document: "{" })],
    ["a step of a task", given(opened), command("a", { kind: "accept" })],
    ["a match that names nothing", given(opened), command("m", { document: "{}" })],
  ])("puts aside %s", (_, row, record) => {
    expect(reduceUnmatched(row, record)).toHaveProperty("bad");
  });

  it("is opened once, decided by the first decision, and placed", () => {
    const first = command("m1");
    const second = command("m2", { document: '{"subject":"s2"}' });
    expect(given(opened, first, second, opened, done)).toMatchObject({
      state: "matched",
      subject: "s1",
      lastCommand: "m1",
      decidedAt: 7,
      placed: true,
      verdicts: [
        { command: "m1", refused: null },
        { command: "m2", refused: "decided" },
      ],
    });
  });

  it("refuses a decision by who had seen something else", () => {
    expect(given(opened, command("m1", { expected: "m0" }))).toMatchObject({
      state: "open",
      verdicts: [{ command: "m1", refused: "changed-meanwhile" }],
    });
  });

  it("is the same when its commands are folded again", () => {
    const commands = [opened, command("m0", { expected: "x" }), command("m1"), command("m2"), done];
    expect(given(...commands, ...commands)).toEqual(given(...commands));
  });
});
