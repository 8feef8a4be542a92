import type { Command, WarningState } from "@sanfen/events";
import { describe, expect, test } from "vitest";
import { act, recall, WARNING_ID, worstColour } from "./testing/commands.ts";
import type { Progress, Verb } from "./transitions.ts";
import { decide, evolve, lastCommandOf, NEW_WARNING, shownWarning, verdictOf, type WarningHistory } from "./warning.ts";

function given(...commands: readonly Command[]): WarningHistory {
  return commands.reduce((warning, command) => {
    const decision = decide(warning, command);
    return decision.type === "known" || decision.type === "bad" ? warning : evolve(warning, decision);
  }, NEW_WARNING);
}

function stateOf(warning: WarningHistory): WarningState | undefined {
  return shownWarning(WARNING_ID, warning)?.state;
}

/** People's commands that lead to each place. */
const WAY: Readonly<Record<Progress, readonly Command[]>> = {
  raised: [],
  acknowledged: [act("a", "acknowledge", null)],
  resolved: [act("a", "acknowledge", null), act("r", "resolve", "a")],
};

/** What each command comes to in each place: the state shown after it, or the reason against it. */
const EXPECTED: Readonly<Record<Progress, Readonly<Record<Verb, string>>>> = {
  raised: { acknowledge: "acknowledged", resolve: "resolved" },
  acknowledged: { acknowledge: "✗ acknowledged-already", resolve: "resolved" },
  resolved: { acknowledge: "✗ resolved", resolve: "✗ resolved" },
};

const CELLS = Object.entries(EXPECTED).flatMap(([progress, row]) =>
  Object.entries(row).map(([verb, expected]) => [progress as Progress, verb as Verb, expected] as const),
);

test.each(CELLS)("in %s, %s: %s", (progress, verb, expected) => {
  const before = given(recall(), ...WAY[progress]);
  const after = given(recall(), ...WAY[progress], act("x", verb, lastCommandOf(before)));
  const refused = verdictOf(after, "x")?.refused;
  expect(refused === null ? stateOf(after) : `✗ ${refused}`).toBe(expected);
});

/** What a warning shows once its cause is gone, and when it comes back. */
const GONE: Readonly<Record<Progress, readonly [gone: WarningState, back: WarningState]>> = {
  raised: ["withdrawn", "raised"],
  acknowledged: ["withdrawn", "acknowledged"],
  resolved: ["resolved", "resolved"],
};

test.each(Object.entries(GONE))("a cause withdrawn in %s and raised again", (progress, [gone, back]) => {
  const way = WAY[progress as Progress];
  const withdrawn = recall({ revision: 2, withdrawn: true });
  expect(stateOf(given(recall(), ...way, withdrawn))).toBe(gone);
  expect(stateOf(given(recall(), ...way, withdrawn, recall({ revision: 3 })))).toBe(back);
});

describe("commands", () => {
  test.each<Command>([
    ...(["accept", "feedback", "rectify", "recheck", "close", "match", "done", "unknown"] as const).map(
      (kind): Command => ({ ...act("x", "resolve", null), kind }),
    ),
    { ...recall(), document: "{" },
    { ...recall(), document: "null" },
    recall({ rule: "recheck-after-failure" }),
    recall({ region: 330_402 }),
    recall({ withdrawn: undefined }),
  ])("what a warning does not understand is bad: $kind $document", (command) => {
    expect(decide(given(recall()), command)).toMatchObject({ type: "bad" });
  });

  test("who did not see the last accepted command is refused", () => {
    const warning = given(recall(), act("a", "acknowledge", null), act("b", "resolve", null));
    expect(verdictOf(warning, "b")).toEqual({ kind: "resolve", refused: "stale" });
    expect(stateOf(warning)).toBe("acknowledged");
  });

  test("the same id again is known, even where it would be judged otherwise now", () => {
    const refused = act("b", "resolve", "a");
    const warning = given(recall(), refused, act("a", "acknowledge", null));
    expect(decide(warning, refused)).toEqual({ type: "known" });
    expect(decide(warning, act("a", "acknowledge", null))).toEqual({ type: "known" });
  });

  test("one that overtook the cause holds", () => {
    const overtaking = act("a", "acknowledge", null, { document: '{"note":"seen"}' });
    expect(shownWarning(WARNING_ID, given(overtaking))).toBeNull();
    expect(given(overtaking, recall())).toEqual(given(recall(), overtaking));
    expect(shownWarning(WARNING_ID, given(overtaking, recall()))?.steps).toMatchObject([{ note: "seen" }]);
  });

  test("refusals are remembered, but not without end", () => {
    const refusals = Array.from({ length: 300 }, (_, i) => act(`x${i}`, "resolve", "nothing"));
    expect(given(recall(), ...refusals).refusals).toHaveLength(256);
  });
});

describe("what a warning says", () => {
  test("of a recall", () => {
    expect(shownWarning(WARNING_ID, given(recall()))).toEqual({
      id: WARNING_ID,
      kind: "recall",
      region: "330402001",
      subject: "91330402MA28A0002D",
      name: "嘉兴一厂",
      rule: "recall",
      cause: "recalls:17",
      severity: "two",
      state: "raised",
      raisedOn: 20_777,
      lastCommand: null,
      steps: [],
      simulated: false,
    });
  });

  test("of a region at its worst colour", () => {
    expect(shownWarning(WARNING_ID, given(worstColour()))).toMatchObject({
      kind: "region_worst",
      region: "330402",
      subject: null,
      severity: "red",
    });
  });

  test("a firm without a region", () => {
    expect(shownWarning(WARNING_ID, given(recall({ region: null })))?.region).toBe("");
  });

  test("a correction changes what it says, and not its day", () => {
    const warning = given(recall({ day: 10 }), recall({ revision: 2, day: 20, severity: "one" }), recall());
    expect(shownWarning(WARNING_ID, warning)).toMatchObject({ raisedOn: 10, severity: "one" });
  });

  test("a withdrawal is among its steps; what was only ever withdrawn is no warning", () => {
    const withdrawn = recall({ revision: 2, withdrawn: true });
    expect(shownWarning(WARNING_ID, given(recall(), withdrawn))?.steps).toMatchObject([{ kind: "withdrawn" }]);
    expect(shownWarning(WARNING_ID, given(withdrawn))).toBeNull();
  });
});
