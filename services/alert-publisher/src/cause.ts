/** Why a warning is raised: its cause as a rule states it by command, at its greatest revision. Pure. */
import type { Command } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const TEXT_OR_NULL = Type.Union([Type.String(), Type.Null()]);

/** The rules that raise warnings, with the kind of warning each raises. */
const KIND_OF = { recall: "recall", "region-worst-colour": "region_worst" } as const;

/** The document of a `cause` command, as far as a warning needs it; rules may say more. */
const CAUSE = Type.Object({
  rule: Type.Union([Type.Literal("recall"), Type.Literal("region-worst-colour")]),
  /** Id of the fact or closing behind it. */
  cause: Type.String({ minLength: 1 }),
  withdrawn: Type.Boolean(),
  subject: TEXT_OR_NULL,
  name: Type.String(),
  region: TEXT_OR_NULL,
  severity: Type.String(),
  simulated: Type.Boolean(),
});

/** What a cause tells of the warning. */
export interface Told {
  readonly kind: string;
  readonly rule: string;
  /** Id of the fact or closing behind it. */
  readonly cause: string;
  readonly subject: string | null;
  readonly name: string;
  readonly region: string;
  readonly severity: string;
  readonly simulated: boolean;
}

/** A cause at its greatest revision. */
export interface Cause {
  /** Of the command. */
  readonly id: string;
  readonly revision: number;
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
  const document = readDocument(command.document);
  if (typeof document === "string") return document;
  const { withdrawn, region, rule, cause, subject, name, severity, simulated } = document;
  const { id, revision, actor, instant, day } = command;
  const told = { kind: KIND_OF[rule], rule, cause, subject, name, region: region ?? "", severity, simulated };
  return { id, revision, withdrawn, actor, instant, day, told: withdrawn ? null : told };
}

function readDocument(text: string): Static<typeof CAUSE> | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `the document is no JSON: ${String(error)}`;
  }
  if (Value.Check(CAUSE, document)) return document;
  const [first] = Value.Errors(CAUSE, document);
  return `the document does not fit: ${first?.instancePath ?? ""} ${first?.message ?? ""}`;
}

/** The causes with one more, by id; undefined when this revision is known, or a later one. */
export function mergeCause(causes: readonly Cause[], cause: Cause): readonly Cause[] | undefined {
  const before = causes.find(({ id }) => id === cause.id);
  if (!before) return [...causes, cause].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (before.revision >= cause.revision) return undefined;
  const merged = { ...cause, day: before.day, told: cause.told ?? before.told };
  return causes.map((each) => (each === before ? merged : each));
}

/** The cause that names the warning: the first, by id, that stands or at least once stood. */
export function namingCause(causes: readonly Cause[]): (Cause & { readonly told: Told }) | undefined {
  const stated = causes.filter((cause): cause is Cause & { readonly told: Told } => cause.told !== null);
  return stated.find((cause) => !cause.withdrawn) ?? stated[0];
}
