/**
 * A fact whose enterprise was named and not found: it waits for a person. Commands to one object
 * (`unmatched:<hash of the fact's id>`) → its row. Pure.
 */
import type { Command } from "@sanfen/events";
import { jsonCodec, type Collection } from "@sanfen/store";
import { COMMANDS, type MachineKind, type Stamped } from "@sanfen/stream";
import { hash } from "node:crypto";
import type { Json } from "../mapping/mapping.ts";
import type { Candidate } from "../register/register.ts";
import { rowMachine, type Reduced } from "../rows/row-machine.ts";

export const UNMATCHED_PREFIX = "unmatched:";

/** What an import found, as its command carries it. */
export interface UnmatchedCause {
  readonly import: string;
  readonly row: number;
  readonly name: string;
  readonly address: string;
  readonly candidates: readonly Candidate[];
  /** The fact as `POST /v1/facts` takes it, but for its subject. */
  readonly fact: Readonly<Record<string, Json>>;
}

export const UNMATCHED_STATES = ["open", "matched", "dismissed"] as const;
type UnmatchedState = (typeof UNMATCHED_STATES)[number];

export interface Unmatched extends UnmatchedCause {
  readonly state: UnmatchedState;
  /** Who it was matched with. */
  readonly subject: string | null;
  readonly lastCommand: string | null;
  /** Instant of the decision: that at which its fact counts as received. */
  readonly decidedAt: number | null;
  /** Whether the fact is in the log. */
  readonly placed: boolean;
  readonly verdicts: readonly Verdict[];
  readonly openedAt: number;
}

interface Verdict {
  readonly command: string;
  readonly refused: Refusal | null;
}

type Refusal = "changed-meanwhile" | "decided";

/** A person who repeats a refused command more often gets no verdict for the earliest. */
const KEPT_VERDICTS = 50;

export const UNMATCHED_ROWS: Collection<Unmatched> = {
  name: "ingest_unmatched",
  ...jsonCodec<Unmatched>(),
  columns: { state: "text", pending: "number", openedAt: "number" },
  columnsOf: (_, { state, placed, openedAt }) => ({ state, pending: state === "matched" && !placed ? 1 : 0, openedAt }),
  indexes: [["openedAt"], ["state", "openedAt"], ["pending"]],
};

export const unmatchedMachine: MachineKind = rowMachine<Unmatched>({
  name: "ingest-unmatched",
  topic: COMMANDS,
  collection: UNMATCHED_ROWS,
  concerns: ({ key }) => key.startsWith(UNMATCHED_PREFIX),
  reduce: reduceUnmatched,
});

/** Object of a fact that is not matched: the same however often it is imported. */
export function unmatchedObject(factId: string): string {
  return `${UNMATCHED_PREFIX}${hash("sha256", factId, "hex").slice(0, 24)}`;
}

export function reduceUnmatched(row: Unmatched | undefined, { event }: Stamped): Reduced<Unmatched> {
  if (event.name !== "Command") return { bad: `a ${event.name} among commands` };
  const command = event.value;
  if (command.kind === "cause") return row ? { same: true } : opened(command);
  if (!row) return { bad: `${command.kind} before its cause` };
  if (command.kind === "done") return row.placed ? { same: true } : { row: { ...row, placed: true } };
  if (command.kind !== "match") return { bad: `${command.kind} is nothing that is done to an unmatched fact` };
  if (row.verdicts.some(({ command: known }) => known === command.id)) return { same: true };
  const refused: Refusal | null =
    row.state !== "open" ? "decided" : command.expected !== row.lastCommand ? "changed-meanwhile" : null;
  const verdicts = [...row.verdicts, { command: command.id, refused }].slice(-KEPT_VERDICTS);
  if (refused !== null) return { row: { ...row, verdicts } };
  const { subject } = read<{ subject?: unknown }>(command);
  if (subject !== null && typeof subject !== "string") return { bad: "match without a subject" };
  const state = subject === null ? "dismissed" : "matched";
  return { row: { ...row, state, subject, lastCommand: command.id, decidedAt: command.instant, verdicts } };
}

function opened(command: Command): Reduced<Unmatched> {
  const cause = read<UnmatchedCause>(command);
  if (typeof cause.fact !== "object") return { bad: "a cause without its fact" };
  return {
    row: {
      ...cause,
      state: "open",
      subject: null,
      lastCommand: null,
      decidedAt: null,
      placed: false,
      verdicts: [],
      openedAt: command.instant,
    },
  };
}

function read<T>({ document }: Command): Partial<T> & T {
  try {
    return JSON.parse(document) as T & Partial<T>;
  } catch (error) {
    if (error instanceof SyntaxError) return {} as T & Partial<T>;
    throw error;
  }
}
