import { decode, encode, type Command, type EventName } from "@sanfen/events";
import { foldMachine, type Held, type Stamped } from "@sanfen/stream";
import type { Row } from "@sanfen/store";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WARNING_STATE_ROWS, warningFold } from "./fold.ts";
import { act, recall, WARNING_ID } from "./testing/commands.ts";
import { verdictOf, type WarningHistory } from "./warning.ts";

function stamped(command: Command, at: number): Stamped {
  const bytes = encode("Command", command);
  const event = decode(bytes);
  if (event.name === null) throw new Error(event.detail);
  return { at, key: command.object, appendedAt: 1_000 + at, event, bytes };
}

interface Folded {
  readonly events: readonly { readonly name: EventName; readonly value: unknown }[];
  readonly dead: readonly { readonly at: number; readonly reason: string }[];
  readonly rows: readonly Row<WarningHistory>[];
}

function fold(records: readonly Stamped[], rows: readonly Row<WarningHistory>[] = []): Folded {
  const held: Held = {
    partition: 0,
    epoch: 7,
    checkpoint: null,
    rows: (collection) => (collection.name === WARNING_STATE_ROWS.name ? rows : []) as never,
  };
  const machine = foldMachine(warningFold).open(held, { partitionsOf: () => 1 });
  for (const _ of machine.fold(records));
  const events = machine.outbox.take().flat();
  const dead = machine.takeDead();
  const writes = machine.takeWrites().find(({ collection }) => collection.name === WARNING_STATE_ROWS.name);
  return { events, dead, rows: (writes?.rows ?? []) as readonly Row<WarningHistory>[] };
}

function historyOf(commands: readonly Command[]): WarningHistory | undefined {
  return fold(commands.map(stamped)).rows[0]?.doc;
}

describe("given commands, then", () => {
  test("a warning is emitted with its newest state", () => {
    const { events } = fold([recall(), act("a", "acknowledge", null)].map(stamped));
    expect(events).toMatchObject([
      { name: "Warning", value: { id: WARNING_ID, state: "acknowledged", version: { epoch: 7, at: 1 } } },
    ]);
  });

  test("records of others, and those it cannot read, stop nothing", () => {
    const { dead, events } = fold([
      stamped({ ...recall(), document: "no" }, 0),
      { ...stamped(recall(), 1), key: "warning:ffffffffffffffffffffffff" },
      { ...stamped(recall(), 2), event: { name: "Colour" } } as unknown as Stamped,
      { ...stamped(recall(), 3), key: "task:0123456789abcdef01234567" },
      stamped(recall(), 4),
    ]);
    expect(dead.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      "0 bad-command",
      "1 bad-command",
      "2 unexpected-event",
    ]);
    expect(events).toHaveLength(1);
  });

  test("what is redone after a take-over is not judged again, nor if its refusal is forgotten by then", () => {
    // Refused at first; with the acknowledgement that the stored history holds already it would pass.
    const refused = Array.from({ length: 256 }, (_, i) => act(`x${i}`, "resolve", "nothing"));
    const commands = [recall(), act("r", "resolve", "a"), ...refused, act("a", "acknowledge", null)].map(stamped);
    const { rows } = fold(commands);
    expect(verdictOf(rows[0]!.doc, "r")).toBeUndefined();
    const next = stamped(act("s", "resolve", "a"), commands.length);
    const redone = fold([...commands, next], rows);
    expect(redone.rows[0]!.doc).toEqual(fold([...commands, next]).rows[0]!.doc);
    expect(redone.events).toMatchObject([{ value: { state: "resolved", lastCommand: "s" } }]);
  });
});

const people = fc
  .array(fc.record({ kind: fc.constantFrom("acknowledge", "resolve" as const), sees: fc.nat(3) }), { maxLength: 6 })
  .map((wishes) => wishes.map(({ kind, sees }, i) => act(`p${i}`, kind, sees === 0 ? null : `p${i - sees}`)));

const rules = fc
  .array(fc.record({ withdrawn: fc.boolean(), severity: fc.constantFrom("one", "two") }), { maxLength: 5 })
  .map((list) => list.map((document, i) => recall({ revision: i + 1, ...document })));

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
  const picks = fc.array(fc.boolean(), { minLength: 1, maxLength: 11 });
  fc.assert(
    fc.property(rules, people, picks, picks, fc.nat(11), (causes, commands, one, other, prefix) => {
      const first = interleaved(causes, commands, one);
      const second = interleaved(causes, commands, other);
      expect(historyOf([...second, ...second.slice(0, prefix)])).toEqual(historyOf(first));
      expect(historyOf([...second.slice(0, prefix), ...second])).toEqual(historyOf(first));
    }),
  );
});
