/** Commands to one warning, as rules and people send them, with what a test is about put in its place. */
import type { Command } from "@sanfen/events";
import type { Verb } from "../transitions.ts";

export const WARNING_ID = "warning:0123456789abcdef01234567";
const DAY = 20_777;
const INSTANT = 1_795_132_800_000;

function command(given: Pick<Command, "id" | "kind"> & Partial<Command>): Command {
  const blank = { revision: 1, object: WARNING_ID, actor: "p1", expected: null, day: DAY, document: "{}" };
  return { ...blank, instant: INSTANT, ...given };
}

type Given = { id?: string; revision?: number; day?: number; object?: string } & Readonly<Record<string, unknown>>;

/** A firm calls products back. */
export function recall(given: Given = {}): Command {
  const { id = "c1", revision = 1, day = DAY, object = WARNING_ID, ...document } = given;
  const stated = {
    rule: "recall",
    cause: "recalls:17",
    withdrawn: false,
    subject: "91330402MA28A0002D",
    name: "嘉兴一厂",
    region: "330402001",
    product: "1201",
    severity: "two",
    simulated: false,
    ...document,
  };
  return command({ id, kind: "cause", revision, day, object, actor: "rule:recall", document: JSON.stringify(stated) });
}

/** A region has ended a day at its worst colour. */
export function worstColour(given: Given = {}): Command {
  const { region = "330402", ...rest } = given;
  const stated = { rule: "region-worst-colour", cause: `${String(region)}@${DAY}`, subject: null, name: "南湖区" };
  return recall({ severity: "red", product: null, ...stated, region, ...rest });
}

/** What a person does. */
export function act(id: string, kind: Verb, expected: string | null, given: Partial<Command> = {}): Command {
  return command({ id, kind, expected, ...given });
}
