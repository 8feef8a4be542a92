/** What the live stream says of a key: events of the output topics in the form in which clients get them. Pure. */
import type { Colour, Grade, Task, Version, Warning } from "@sanfen/events";
import { formatDay, type RegionCode } from "@sanfen/model";

export const KINDS = ["colours", "grades", "warnings", "tasks"] as const;
/** What a channel is about: the part of its name before the colon. */
export type Kind = (typeof KINDS)[number];

/**
 * How a record stands in its channels: `shown` in every snapshot; `ended` (a closed task, a resolved warning) in a
 * snapshot while it is among the newest that ended; `gone` (a deregistered enterprise) in none.
 */
type Standing = "shown" | "ended" | "gone";

export interface LiveRecord {
  readonly kind: Kind;
  /** Unique within the kind; the same key is the same thing in every version. */
  readonly key: string;
  /** Where it belongs; null: to no region in particular. */
  readonly region: RegionCode | null;
  readonly version: Version;
  readonly standing: Standing;
  readonly simulated: boolean;
  /** As clients get it: days as YYYY-MM-DD. Nothing in it grows with the age of the key. */
  readonly json: Json;
}

/** A JSON value that is written out when somebody first asks for it, once for all; then only the text is kept. */
class Json {
  #value: object | string;

  constructor(value: object) {
    this.#value = value;
  }

  get text(): string {
    if (typeof this.#value !== "string") this.#value = JSON.stringify(this.#value);
    return this.#value;
  }
}

export function colourRecord(colour: Colour): LiveRecord {
  const { code, version, simulated, rulebook, cause, asOf, ...rest } = colour;
  return {
    kind: "colours",
    key: code,
    region: code,
    version,
    standing: "shown",
    simulated,
    json: new Json({
      code,
      ...rest,
      rulebook: rulebook === "" ? null : rulebook,
      asOf: formatDay(asOf),
      simulated,
      cause: cause === "" ? null : cause,
      version,
    }),
  };
}

/** The verdict of the most specific rulebook, without reasons: those are at `/v1/enterprises/:id`. */
export function gradeRecord(grade: Grade): LiveRecord {
  const { subject, name, region, products, gone, simulated, version } = grade;
  const own = grade.verdicts.at(-1);
  return {
    kind: "grades",
    key: subject,
    region,
    version,
    standing: gone ? "gone" : "shown",
    simulated,
    json: new Json({
      id: subject,
      name,
      region,
      registered: !gone,
      grade: own?.grade ?? null,
      score: own?.score ?? null,
      healthCode: own?.healthCode ?? null,
      products,
      rulebook: own ? `${own.rulebook}@${own.rulebookVersion}` : null,
      asOf: formatDay(grade.asOf),
      nextReviewOn: dayOrNull(grade.nextReviewOn),
      simulated,
      version,
    }),
  };
}

/** Without its steps, which grow: those are at `/v1/tasks/:id`. */
export function taskRecord(task: Task): LiveRecord {
  const { steps: _, createdOn, dueOn, version, simulated, ...rest } = task;
  return {
    kind: "tasks",
    key: task.id,
    region: task.region,
    version,
    standing: task.state === "closed" || task.state === "cancelled" ? "ended" : "shown",
    simulated,
    json: new Json({ ...rest, createdOn: formatDay(createdOn), dueOn: dayOrNull(dueOn), simulated, version }),
  };
}

/** Without its steps, which grow. */
export function warningRecord(warning: Warning): LiveRecord {
  const { steps: _, raisedOn, version, simulated, ...rest } = warning;
  return {
    kind: "warnings",
    key: warning.id,
    region: warning.region === "" ? null : warning.region,
    version,
    standing: warning.state === "resolved" || warning.state === "withdrawn" ? "ended" : "shown",
    simulated,
    json: new Json({ ...rest, raisedOn: formatDay(raisedOn), simulated, version }),
  };
}

function dayOrNull(day: number | null): string | null {
  return day === null ? null : formatDay(day);
}
