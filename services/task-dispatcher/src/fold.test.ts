import { decode, decodeBody, encode, type Command, type EventName } from "@sanfen/events";
import { foldMachine, type Held, type Stamped } from "@sanfen/stream";
import type { Row } from "@sanfen/store";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namingCause } from "./cause.ts";
import { TASK_STATE_ROWS, taskFold } from "./fold.ts";
import { reinspection } from "./report.ts";
import { pendingReports, verdictOf, type TaskHistory } from "./task.ts";
import { act, cause, done, FAILED, report, SUBJECT, TASK_ID } from "./testing/commands.ts";

function stamped(command: Command, at: number): Stamped {
  const bytes = encode("Command", command);
  const event = decode(bytes);
  if (event.name === null) throw new Error(event.detail);
  return { at, key: command.object, appendedAt: 1_000 + at, event, bytes };
}

function machineOver(rows: readonly Row<TaskHistory>[] = []): ReturnType<ReturnType<typeof foldMachine>["open"]> {
  const held: Held = {
    partition: 0,
    epoch: 7,
    checkpoint: null,
    rows: (collection) => (collection.name === TASK_STATE_ROWS.name ? rows : []) as never,
  };
  return foldMachine(taskFold).open(held, { partitionsOf: () => 1 });
}

interface Folded {
  readonly events: readonly { readonly name: EventName; readonly value: unknown }[];
  readonly dead: readonly { readonly at: number; readonly reason: string }[];
  readonly rows: readonly Row<TaskHistory>[];
}

function fold(commands: readonly (Command | Stamped)[], rows: readonly Row<TaskHistory>[] = [], from = 0): Folded {
  const machine = machineOver(rows);
  const records = commands.map((each, i) => ("at" in each ? each : stamped(each, from + i)));
  for (const _ of machine.fold(records));
  const events = machine.outbox.take().flat();
  const dead = machine.takeDead();
  const writes = machine.takeWrites().find(({ collection }) => collection.name === TASK_STATE_ROWS.name);
  return { events, dead, rows: (writes?.rows ?? []) as readonly Row<TaskHistory>[] };
}

function historyOf(commands: readonly Command[]): TaskHistory | undefined {
  return fold(commands).rows[0]?.doc;
}

describe("given commands, then", () => {
  test("a task is emitted when what it says changes", () => {
    const { events } = fold([cause(), act("a", "accept", null)]);
    expect(events).toMatchObject([
      { name: "Task", value: { id: TASK_ID, state: "accepted", version: { epoch: 7, at: 1 } } },
    ]);
    expect(fold([act("b", "close", null)], fold([cause()]).rows, 1).events).toEqual([
      expect.objectContaining({ value: expect.objectContaining({ state: "open" }) }),
    ]);
  });

  test("records of others, and those it cannot read, stop nothing", () => {
    const bytes = encode("Command", cause());
    const misplaced = { ...stamped(cause(), 1), key: "task:ffffffffffffffffffffffff" };
    const mark = { at: 2, key: TASK_ID, appendedAt: 0, event: { name: "Colour" }, bytes } as unknown as Stamped;
    const foreign = { ...stamped(cause(), 3), key: "warning:0123456789abcdef01234567" };
    const { dead, events } = fold([
      stamped(act("x", "feedback", null, { document: "no" }), 0),
      misplaced,
      mark,
      foreign,
      stamped(cause(), 4),
    ]);
    expect(dead.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      "0 bad-command",
      "1 bad-command",
      "2 unexpected-event",
    ]);
    expect(events).toHaveLength(1);
  });

  test("what is redone after a take-over is not judged again, nor if its refusal is forgotten by then", () => {
    // Refused at first; with the accept that the stored history holds already it would pass.
    const early = act("f", "feedback", "a");
    const refused = Array.from({ length: 256 }, (_, i) => act(`x${i}`, "close", null));
    const commands = [cause(), early, ...refused, act("a", "accept", null)];
    const { rows } = fold(commands);
    expect(verdictOf(rows[0]!.doc, "f")).toBeUndefined();
    const redone = fold([...commands, act("b", "feedback", "a")], rows);
    expect(redone.rows[0]!.doc).toEqual(historyOf([...commands, act("b", "feedback", "a")]));
    expect(redone.events).toMatchObject([{ value: { state: "reported", lastCommand: "b", version: { at: 259 } } }]);
  });

  test("a stored history comes back as it was", () => {
    const history = historyOf([cause(), act("a", "accept", null), act("f", "feedback", "a"), act("x", "close", "a")])!;
    expect(TASK_STATE_ROWS.decode(TASK_STATE_ROWS.encode(history))).toEqual(history);
    expect(TASK_STATE_ROWS.columnsOf(TASK_ID, history)).toEqual({ pending: 1 });
    const after = historyOf([cause(), act("a", "accept", null), act("f", "feedback", "a"), done("f")])!;
    expect(TASK_STATE_ROWS.columnsOf(TASK_ID, after)).toEqual({ pending: 0 });
  });
});

test("the fact of a report has the command's id, the date it states, and no region", () => {
  const document = JSON.stringify(report({ result: "fail", severity: "serious", items: ["load"] }));
  const history = historyOf([cause(), act("a", "accept", null), act("f", "feedback", "a", { document })])!;
  const naming = namingCause(history.causes)!;
  const [pending] = pendingReports(history);
  const fact = reinspection(pending!, naming.told.subject, naming.fact);
  expect(fact).toMatchObject({
    id: "f",
    revision: 1,
    subject: SUBJECT,
    kind: "reinspection",
    role: "maker",
    product: "1201",
    occurredOn: 20_778,
    region: null,
    source: "tasks",
  });
  expect(decodeBody(fact)).toMatchObject({
    value: { result: "fail", severity: "serious", items: ["load"], of: FAILED },
  });
});

/** Several at once to one task, each seeing what some other did. */
const people = fc
  .array(
    fc.record({
      kind: fc.constantFrom("accept", "feedback", "rectify", "recheck", "close" as const),
      sees: fc.constantFrom("last", "none", "first"),
    }),
    { maxLength: 8 },
  )
  .map((wishes) => {
    const commands: Command[] = [];
    for (const [i, { kind, sees }] of wishes.entries()) {
      const last = historyOf([cause(), ...commands])!.steps.at(-1)?.command ?? null;
      const expected = sees === "last" ? last : sees === "none" ? null : "p0";
      commands.push(act(`p${i}`, kind, expected));
    }
    return commands;
  });

const rules = fc
  .array(fc.record({ id: fc.constantFrom("c1", "c2", "c3"), withdrawn: fc.boolean(), settles: fc.boolean() }), {
    maxLength: 6,
  })
  .map((list) =>
    list.map(({ id, withdrawn, settles }, i) =>
      cause({ id, revision: i + 1, withdrawn, cause: settles ? FAILED : `fact of ${id}` }),
    ),
  );

/** Any order of two lists that keeps the order within each. */
function interleaved<T>(a: readonly T[], b: readonly T[], picks: readonly boolean[]): T[] {
  const [left, right] = [[...a], [...b]];
  const all: T[] = [];
  for (let i = 0; left.length + right.length > 0; i++) {
    const from = right.length === 0 || (left.length > 0 && picks[i % picks.length]) ? left : right;
    all.push(from.shift()!);
  }
  return all;
}

test("causes and commands in any interleaving, with any prefix twice, come to the same", () => {
  const picks = fc.array(fc.boolean(), { minLength: 1, maxLength: 14 });
  fc.assert(
    fc.property(rules, people, picks, picks, fc.nat(14), (causes, commands, one, other, prefix) => {
      const first = interleaved(causes, commands, one);
      const second = interleaved(causes, commands, other);
      const twice = [...second, ...second.slice(0, prefix)];
      expect(historyOf(twice)).toEqual(historyOf(first));
      expect(historyOf([...second.slice(0, prefix), ...twice])).toEqual(historyOf(first));
    }),
  );
});

test("a crash after any flush, redone from any earlier position, changes nothing", () => {
  fc.assert(
    fc.property(rules, people, fc.nat(14), fc.nat(14), (causes, commands, flushed, from) => {
      const all = [...causes, ...commands].map(stamped);
      const { rows } = fold(all.slice(0, flushed));
      const redone = fold(all.slice(Math.min(from, flushed)), rows);
      expect((redone.rows[0] ?? rows[0])?.doc).toEqual(fold(all).rows[0]?.doc);
    }),
  );
});
