import { COLOURS, type Colour, type Version } from "@sanfen/model";
import { readFields, readFlag, readNumber, readText } from "../read-json.ts";

/** A region as it is coloured: the record of the channels `colours:<prefix>`. Shares and rates run from 0 to 1. */
export interface RegionColour {
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly colour: Colour;
  /** That of the day before. */
  readonly previousColour: Colour;
  /** Live between two closings; what a regulation is held to comes from a closing. */
  readonly provisional: boolean;
  readonly share: number | null;
  /** Enterprises by grade. */
  readonly counts: Readonly<Record<string, number>>;
  readonly enterprises: number;
  readonly passRate: number | null;
  readonly coverage: number | null;
  /** 0 to 100. */
  readonly index: number | null;
  /** `id@version`, empty where none is bound. */
  readonly rulebook: string;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly simulated: boolean;
  /** The enterprise whose grade moved the colour; empty where a closing or several did. */
  readonly cause: string;
  readonly version: Version;
}

/** An early warning after a step: the record of the channels `warnings:<prefix>`. */
export interface Warning {
  readonly id: string;
  readonly kind: string;
  readonly region: string;
  readonly subject: string | null;
  readonly name: string;
  readonly rule: string;
  readonly cause: string;
  readonly severity: string;
  readonly state: WarningState;
  /** `YYYY-MM-DD`. */
  readonly raisedOn: string;
  /** The last accepted command, which the next one has to name. */
  readonly lastCommand: string | null;
  readonly simulated: boolean;
  readonly version: Version;
}

export const WARNING_STATES = ["raised", "acknowledged", "resolved", "withdrawn"] as const;
type WarningState = (typeof WARNING_STATES)[number];

/** Undefined when the record is none: no code, no known colour, or no version to order it by. */
export function readColour(value: unknown): RegionColour | undefined {
  const fields = readFields(value);
  const code = readText(fields?.["code"]);
  const colour = readColourName(fields?.["colour"]);
  const version = readVersion(fields?.["version"]);
  if (!fields || !code || !colour || !version) return undefined;
  return {
    code,
    name: readText(fields["name"]) ?? code,
    level: readText(fields["level"]) ?? "",
    colour,
    previousColour: readColourName(fields["previousColour"]) ?? "none",
    provisional: readFlag(fields["provisional"]),
    share: readNumber(fields["share"]) ?? null,
    counts: readCounts(fields["counts"]),
    enterprises: readNumber(fields["enterprises"]) ?? 0,
    passRate: readNumber(fields["passRate"]) ?? null,
    coverage: readNumber(fields["coverage"]) ?? null,
    index: readNumber(fields["index"]) ?? null,
    rulebook: readText(fields["rulebook"]) ?? "",
    asOf: readText(fields["asOf"]) ?? "",
    simulated: readFlag(fields["simulated"]),
    cause: readText(fields["cause"]) ?? "",
    version,
  };
}

/** Undefined when the record is none: no id, or a state that is not known here. */
export function readWarning(value: unknown): Warning | undefined {
  const fields = readFields(value);
  const id = readText(fields?.["id"]);
  const state = WARNING_STATES.find((known) => known === fields?.["state"]);
  if (!fields || !id || !state) return undefined;
  return {
    id,
    kind: readText(fields["kind"]) ?? "",
    region: readText(fields["region"]) ?? "",
    subject: readText(fields["subject"]) ?? null,
    name: readText(fields["name"]) ?? "",
    rule: readText(fields["rule"]) ?? "",
    cause: readText(fields["cause"]) ?? "",
    severity: readText(fields["severity"]) ?? "",
    state,
    raisedOn: readText(fields["raisedOn"]) ?? "",
    lastCommand: readText(fields["lastCommand"]) ?? null,
    simulated: readFlag(fields["simulated"]),
    // A gateway may leave the version out of what it shows: then the order of arrival decides.
    version: readVersion(fields["version"]) ?? { epoch: 0, at: 0 },
  };
}

export function readColourName(value: unknown): Colour | undefined {
  return COLOURS.find((colour) => colour === value);
}

function readVersion(value: unknown): Version | undefined {
  const fields = readFields(value);
  const epoch = readNumber(fields?.["epoch"]);
  const at = readNumber(fields?.["at"]);
  return epoch === undefined || at === undefined ? undefined : { epoch, at };
}

function readCounts(value: unknown): Readonly<Record<string, number>> {
  const entries = Object.entries(readFields(value) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => readNumber(entry[1]) !== undefined));
}
