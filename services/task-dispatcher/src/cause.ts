/** Why a task is there: causes as rules state them by command, merged. Pure. */
import { ROLES, type Command, type Role } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { Type } from "typebox";
import { oneOf, readDocument } from "./document.ts";

const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);

/** The document of a `cause` command, as far as a task needs it; rules may say more. */
const CAUSE = Type.Object({
  rule: Type.Literal("recheck-after-failure"),
  /** Id of the fact behind it. */
  cause: Type.String({ minLength: 1 }),
  withdrawn: Type.Boolean(),
  subject: Type.String({ minLength: 1 }),
  name: Type.String(),
  region: TEXT_OR_NULL,
  product: TEXT_OR_NULL,
  role: Type.Optional(oneOf(ROLES)),
  simulated: Type.Boolean(),
});

/** What a cause tells of the task. */
export interface Told {
  readonly subject: string;
  readonly name: string;
  readonly region: string | null;
  readonly product: string | null;
  readonly role: Role;
  readonly simulated: boolean;
}

/** A cause at its greatest revision. */
export interface Cause {
  /** Of the command. */
  readonly id: string;
  readonly revision: number;
  readonly rule: string;
  /** Id of the fact behind it. */
  readonly fact: string;
  readonly withdrawn: boolean;
  readonly actor: string;
  /** Instant (ms) of this revision. */
  readonly instant: number;
  /** Day in force when it was first stated. */
  readonly day: Day;
  /** What it said last while it stood; null when it has only ever been withdrawn. */
  readonly told: Told | null;
}

/** The cause that a command states, or why its document cannot be read. */
export function readCause(command: Command): Cause | string {
  const document = readDocument(CAUSE, command.document);
  if (typeof document === "string") return document;
  const { rule, cause, withdrawn, subject, name, region, product, role = "none", simulated } = document;
  const { id, revision, actor, instant, day } = command;
  const told: Told | null = withdrawn ? null : { subject, name, region, product, role, simulated };
  return { id, revision, rule, fact: cause, withdrawn, actor, instant, day, told };
}

/** The causes with one more, by id; undefined when this revision is known, or a later one. */
export function mergeCause(causes: readonly Cause[], cause: Cause): readonly Cause[] | undefined {
  const before = causes.find(({ id }) => id === cause.id);
  if (!before) return [...causes, cause].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (before.revision >= cause.revision) return undefined;
  const merged = { ...cause, day: before.day, told: cause.told ?? before.told };
  return causes.map((each) => (each === before ? merged : each));
}

/**
 * Whether a cause stands. Several commands may speak of one fact: that it failed, and later, under an id of its own,
 * that a recheck of it has passed. One that withdraws it is enough.
 */
export function isCalledFor(causes: readonly Cause[]): boolean {
  const withdrawn = new Set(causes.filter((cause) => cause.withdrawn).map(({ fact }) => fact));
  return causes.some(({ fact }) => !withdrawn.has(fact));
}

/** The cause that names the task: the first, by id, that stands or at least once stood. */
export function namingCause(causes: readonly Cause[]): (Cause & { readonly told: Told }) | undefined {
  const stated = causes.filter((cause): cause is Cause & { readonly told: Told } => cause.told !== null);
  return stated.find((cause) => !cause.withdrawn) ?? stated[0];
}
