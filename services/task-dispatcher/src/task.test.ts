import type { Command, TaskState } from "@sanfen/events";
import { describe, expect, test } from "vitest";
import {
  decide,
  evolve,
  lastCommandOf,
  NEW_TASK,
  pendingReports,
  shownTask,
  verdictOf,
  type TaskHistory,
} from "./task.ts";
import { act, cause, done, FAILED, report, SUBJECT, TASK_ID } from "./testing/commands.ts";
import type { Progress, Verb } from "./transitions.ts";

function given(...commands: readonly Command[]): TaskHistory {
  return commands.reduce((task, command) => {
    const decision = decide(task, command);
    return decision.type === "known" || decision.type === "bad" ? task : evolve(task, decision);
  }, NEW_TASK);
}

function stateOf(task: TaskHistory): TaskState | undefined {
  return shownTask(TASK_ID, task)?.state;
}

/** People's commands that lead to each place. */
const WAY: Readonly<Record<Progress, readonly Command[]>> = {
  open: [],
  accepted: [act("a", "accept", null)],
  reported: [act("a", "accept", null), act("f", "feedback", "a")],
  rectifying: [act("a", "accept", null), act("f", "feedback", "a"), act("r", "rectify", "f")],
  closed: [act("a", "accept", null), act("f", "feedback", "a"), act("z", "close", "f")],
};

/** What each command comes to in each place: the state shown after it, or the reason against it. */
const EXPECTED: Readonly<Record<Progress, Readonly<Record<Verb, string>>>> = {
  open: {
    accept: "accepted",
    feedback: "✗ not-accepted",
    rectify: "✗ not-accepted",
    recheck: "✗ not-accepted",
    close: "✗ not-accepted",
  },
  accepted: {
    accept: "✗ accepted-already",
    feedback: "reported",
    rectify: "✗ not-reported",
    recheck: "✗ not-reported",
    close: "✗ not-reported",
  },
  reported: {
    accept: "✗ accepted-already",
    feedback: "✗ reported-already",
    rectify: "rectifying",
    recheck: "reported",
    close: "closed",
  },
  rectifying: {
    accept: "✗ accepted-already",
    feedback: "✗ reported-already",
    rectify: "✗ rectifying-already",
    recheck: "reported",
    close: "closed",
  },
  closed: {
    accept: "✗ closed",
    feedback: "✗ closed",
    rectify: "✗ closed",
    recheck: "✗ closed",
    close: "✗ closed",
  },
};

const CELLS = Object.entries(EXPECTED).flatMap(([progress, row]) =>
  Object.entries(row).map(([verb, expected]) => [progress as Progress, verb as Verb, expected] as const),
);

test.each(CELLS)("in %s, %s: %s", (progress, verb, expected) => {
  const before = given(cause(), ...WAY[progress]);
  const after = given(cause(), ...WAY[progress], act("x", verb, lastCommandOf(before)));
  const refused = verdictOf(after, "x")?.refused;
  expect(refused === null ? stateOf(after) : `✗ ${refused}`).toBe(expected);
  expect(lastCommandOf(after)).toBe(refused === null ? "x" : lastCommandOf(before));
});

/** What a task shows once its cause is gone, and when it comes back. */
const SETTLED: Readonly<Record<Progress, readonly [gone: TaskState, back: TaskState]>> = {
  open: ["cancelled", "open"],
  accepted: ["closed", "accepted"],
  reported: ["closed", "reported"],
  rectifying: ["closed", "rectifying"],
  closed: ["closed", "closed"],
};

test.each(Object.entries(SETTLED))("a cause withdrawn in %s and raised again", (progress, [gone, back]) => {
  const way = WAY[progress as Progress];
  const withdrawn = cause({ revision: 2, withdrawn: true });
  expect(stateOf(given(cause(), ...way, withdrawn))).toBe(gone);
  expect(stateOf(given(cause(), ...way, withdrawn, cause({ revision: 3 })))).toBe(back);
});

describe("commands", () => {
  test.each<Command>([
    { ...act("x", "accept", null), kind: "unknown" },
    { ...act("x", "accept", null), kind: "acknowledge" },
    { ...act("x", "accept", null), kind: "resolve" },
    { ...act("x", "accept", null), kind: "match" },
    { ...done("f"), id: "f" },
    act("x", "feedback", "a", { document: "{" }),
    act("x", "feedback", "a", { document: "null" }),
    act("x", "feedback", "a", { document: JSON.stringify(report({ result: "unknown" })) }),
    act("x", "feedback", "a", { document: JSON.stringify(report({ occurredOn: "2026-02-30" })) }),
    act("x", "recheck", "a", { document: JSON.stringify(report({ items: "tensile strength" })) }),
    { ...cause(), document: "" },
    { ...cause(), document: "[]" },
    cause({ rule: "somebody-elses" }),
    cause({ subject: null }),
    cause({ withdrawn: "no" }),
  ])("what a task does not understand is bad: $kind $document", (command) => {
    expect(decide(given(cause(), act("a", "accept", null)), command)).toMatchObject({ type: "bad" });
  });

  test("who did not see the last accepted command is refused, whatever it wants", () => {
    const task = given(cause(), act("a", "accept", null), act("b", "feedback", null), act("c", "feedback", "b"));
    expect(verdictOf(task, "b")).toEqual({ kind: "feedback", refused: "stale" });
    expect(verdictOf(task, "c")).toEqual({ kind: "feedback", refused: "stale" });
    expect(stateOf(task)).toBe("accepted");
  });

  test("the same id again is known, refused or accepted, even where it would be judged otherwise now", () => {
    const refused = act("b", "feedback", "a");
    const task = given(cause(), refused, act("a", "accept", null));
    expect(decide(task, refused)).toEqual({ type: "known" });
    expect(decide(task, act("a", "accept", null))).toEqual({ type: "known" });
    expect(decide(task, act("c", "feedback", "a"))).toMatchObject({ type: "accepted" });
  });

  test("an accept that overtook the cause holds", () => {
    expect(shownTask(TASK_ID, given(act("a", "accept", null)))).toBeNull();
    expect(given(act("a", "accept", null), cause())).toEqual(given(cause(), act("a", "accept", null)));
  });

  test("refusals are remembered, but not without end", () => {
    const refusals = Array.from({ length: 300 }, (_, i) => act(`x${i}`, "close", null));
    const task = given(cause(), ...refusals);
    expect(task.refusals.length).toBe(256);
    expect(verdictOf(task, "x299")).toEqual({ kind: "close", refused: "not-accepted" });
  });

  test("a remark stays with its step", () => {
    const task = given(cause(), act("a", "accept", null, { document: '{"note":"周三去"}', actor: "p7" }));
    expect(shownTask(TASK_ID, task)).toMatchObject({
      assignee: "p7",
      lastCommand: "a",
      steps: [{ command: "a", kind: "accept", actor: "p7", note: "周三去" }],
    });
  });
});

describe("causes", () => {
  test("a known or older revision changes nothing", () => {
    const task = given(cause({ revision: 2, name: "new" }));
    expect(decide(task, cause({ revision: 2, name: "other" }))).toEqual({ type: "known" });
    expect(decide(task, cause({ revision: 1, withdrawn: true }))).toEqual({ type: "known" });
  });

  test("a task is named by its newest revision, and keeps its first day", () => {
    const task = given(cause({ day: 10 }), cause({ revision: 2, day: 20, region: "330411", product: null }));
    expect(shownTask(TASK_ID, task)).toMatchObject({ createdOn: 10, region: "330411", product: null, dueOn: null });
  });

  test("a passed recheck, told under an id of its own, settles it in either order", () => {
    const settled = cause({ id: "c9", withdrawn: true, product: null });
    expect(stateOf(given(cause(), settled))).toBe("cancelled");
    expect(given(settled, cause())).toEqual(given(cause(), settled));
    expect(shownTask(TASK_ID, given(cause(), settled))).toMatchObject({
      product: "1201",
      steps: [{ command: "c9", kind: "withdrawn" }],
    });
  });

  test("what was only ever withdrawn is no task", () => {
    expect(shownTask(TASK_ID, given(cause({ withdrawn: true })))).toBeNull();
  });

  test("one of two facts that called for it is enough", () => {
    const other = cause({ id: "c2", cause: "other-fact" });
    expect(stateOf(given(cause(), other, cause({ revision: 2, withdrawn: true })))).toBe("open");
    const both = [
      cause({ revision: 2, withdrawn: true }),
      cause({ id: "c2", revision: 2, cause: "other-fact", withdrawn: true }),
    ];
    expect(stateOf(given(cause(), other, ...both))).toBe("cancelled");
  });
});

describe("effects", () => {
  test("each accepted report wants a fact, until it is done", () => {
    const task = given(cause(), ...WAY.rectifying, act("k", "recheck", "r"));
    expect(pendingReports(task).map(({ command }) => command)).toEqual(["f", "k"]);
    const after = given(cause(), ...WAY.rectifying, act("k", "recheck", "r"), done("f"));
    expect(pendingReports(after).map(({ command }) => command)).toEqual(["k"]);
    expect(decide(after, done("f"))).toEqual({ type: "known" });
  });

  test("a refused report wants none, and none is wanted before the subject is known", () => {
    expect(pendingReports(given(cause(), act("f", "feedback", null)))).toEqual([]);
    expect(pendingReports(given(...WAY.reported))).toEqual([]);
    expect(pendingReports(given(...WAY.reported, cause()))).toHaveLength(1);
  });

  test("doing it is no command that the next one would name", () => {
    expect(lastCommandOf(given(cause(), ...WAY.reported, done("f")))).toBe("f");
  });
});

test("a task says what it is about", () => {
  expect(shownTask(TASK_ID, given(cause()))).toEqual({
    id: TASK_ID,
    kind: "recheck",
    subject: SUBJECT,
    name: "嘉兴一厂",
    region: "330402001",
    product: "1201",
    rule: "recheck-after-failure",
    cause: FAILED,
    state: "open",
    createdOn: 20_777,
    dueOn: null,
    assignee: null,
    lastCommand: null,
    steps: [],
    simulated: false,
  });
});
