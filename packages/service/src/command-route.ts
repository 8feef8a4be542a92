/**
 * Acting on a task, a warning or another object: a command goes into the log, and the answer is the fold's verdict,
 * read from the object's row. Repeating a command's id asks for its verdict again and never acts twice.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { encode, headersFor, type Command, type CommandKind } from "@sanfen/events";
import { dayInZone, partitionOf, type Day } from "@sanfen/model";
import { COMMANDS, ControlReader } from "@sanfen/stream";
import { Type, type TNull, type TObject, type TOptional, type TString, type TUnion } from "typebox";
import { problem, sendProblem, type ProblemDocument } from "./problem.ts";
import type { Platform } from "./service.ts";

const WAIT_MS = 5_000;
const POLL_MS = 20;

type CommandFields = {
  actor: TString;
  expected: TUnion<[TString, TNull]>;
  id: TOptional<TString>;
  note: TOptional<TString>;
};

/** Ids and numbers, no names: what people are called is not for a log that is kept for ever. */
const NAME_PATTERN = "^[A-Za-z0-9_.-]{1,64}$";

/** What the body of every command holds; a route adds its own and refuses the rest. */
export const COMMAND_FIELDS: CommandFields = {
  actor: Type.String({ pattern: NAME_PATTERN, description: "Who acts: an id or number, not a name" }),
  expected: Type.Union([Type.String({ pattern: NAME_PATTERN }), Type.Null()], {
    description: "`lastCommand` of the object as the sender saw it; another one by now: 409",
  }),
  id: Type.Optional(
    Type.String({
      pattern: NAME_PATTERN,
      description: "Id of this command, used for no other (a UUID, say); made if absent. Sent again, it asks again",
    }),
  ),
  note: Type.Optional(Type.String({ maxLength: 2_000 })),
};

/** The answer while there is no verdict yet. */
export const PENDING: TObject<{ command: TString }> = Type.Object({
  command: Type.String({ description: "Id of the command, which is in the log: send it again to ask for the verdict" }),
});

/** What the store shows of an object, and of one command to it. */
export interface Sight<T> {
  readonly object: T;
  /** Last accepted command. */
  readonly lastCommand: string | null;
  /** What the fold made of the command asked about; undefined while it has not come to it. */
  readonly verdict: { readonly kind: string; readonly refused: string | null } | undefined;
}

/** What a person asks for. */
export interface Order<T> {
  readonly object: string;
  readonly kind: CommandKind;
  readonly actor: string;
  readonly expected: string | null;
  /** Absent: one is made. */
  readonly id: string | undefined;
  readonly traceparent: string;
  /** Details, as they go into the log; given what the sender sees of the object. */
  document(object: T): object;
  /** Reads the object and the verdict of a command; undefined when there is no such object. */
  look(command: string): Promise<Sight<T> | undefined>;
}

export type Outcome<T> =
  | { readonly outcome: "unknown" }
  | { readonly outcome: "accepted"; readonly object: T }
  | { readonly outcome: "refused"; readonly reason: string; readonly lastCommand: string | null }
  /** The id belongs to a command of another kind. */
  | { readonly outcome: "taken"; readonly kind: string }
  | { readonly outcome: "pending"; readonly command: string };

/** Gives commands on behalf of routes. One per service. */
export class CommandDoor {
  readonly #platform: Platform;
  readonly #control: ControlReader;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#control = new ControlReader(platform.log);
  }

  /** Rejects with LogError or StoreError; then the command may be in the log, and repeating it is safe. */
  async give<T>(order: Order<T>): Promise<Outcome<T>> {
    const { clock } = this.#platform;
    const id = order.id ?? randomUUID();
    const before = await order.look(id);
    if (!before) return { outcome: "unknown" };
    if (before.verdict) return outcomeOf(order.kind, before, before.verdict);
    await this.#append(order, id, before.object);
    const until = clock() + WAIT_MS;
    while (clock() < until) {
      const sight = await order.look(id);
      if (sight?.verdict) return outcomeOf(order.kind, sight, sight.verdict);
      await pause(POLL_MS);
    }
    return { outcome: "pending", command: id };
  }

  async #append<T>(order: Order<T>, id: string, object: T): Promise<void> {
    const { log, config, clock } = this.#platform;
    const { kind, actor, expected, traceparent } = order;
    const instant = clock();
    const command: Command = {
      id,
      revision: 1,
      object: order.object,
      kind,
      actor,
      expected,
      instant,
      day: await this.#day(instant),
      document: JSON.stringify(order.document(object)),
    };
    const headers = headersFor("Command", { id, source: actor, time: instant, traceparent });
    const entry = { key: order.object, value: encode("Command", command), headers };
    await log.append(COMMANDS, partitionOf(order.object, config.partitions), [entry]);
  }

  /** The day in force, which is not the calendar's where a site's records bring their own. */
  async #day(instant: number): Promise<Day> {
    const { day } = await this.#control.refresh();
    return day ?? dayInZone(instant, this.#platform.site.zone);
  }
}

function outcomeOf<T>(kind: CommandKind, sight: Sight<T>, verdict: NonNullable<Sight<T>["verdict"]>): Outcome<T> {
  if (verdict.kind !== kind) return { outcome: "taken", kind: verdict.kind };
  return verdict.refused === null
    ? { outcome: "accepted", object: sight.object }
    : { outcome: "refused", reason: verdict.refused, lastCommand: sight.lastCommand };
}

/** A refusal, with what a client needs to decide again. */
export interface RefusalDocument extends ProblemDocument {
  readonly reason: string;
  readonly lastCommand: string | null;
}

/**
 * Answers a route with an outcome: 200 with the object, 202 with the command's id, 404, or 409 with the reason.
 * `noun` names the object ("task"); `details` says for people what each reason means.
 */
export function answerOutcome<T, R extends Parameters<typeof sendProblem>[0]>(
  reply: R,
  outcome: Outcome<T>,
  noun: string,
  details: Readonly<Record<string, string>>,
): T | { command: string } | R {
  if (outcome.outcome === "accepted") return outcome.object;
  if (outcome.outcome === "pending") {
    reply.code(202);
    return { command: outcome.command };
  }
  if (outcome.outcome === "unknown") {
    return sendProblem(reply, problem(404, `unknown-${noun}`, `Unknown ${noun}`, `there is no such ${noun}`));
  }
  if (outcome.outcome === "taken") {
    const detail = `this id is that of another command (${outcome.kind}); use a new one`;
    return sendProblem(reply, problem(409, "command-id-taken", "The command's id is taken", detail));
  }
  const { reason, lastCommand } = outcome;
  const document: RefusalDocument = {
    ...problem(409, "command-refused", "The command was refused", details[reason] ?? reason),
    reason,
    lastCommand,
  };
  return sendProblem(reply, document);
}
