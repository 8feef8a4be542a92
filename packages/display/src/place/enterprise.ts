import { readBilingual, readFields, readFlag, readList, readNumber, readText } from "../read-json.ts";
import type { Colour, Text } from "@sanfen/model";
import { readColourName } from "../live/records.ts";

/** A row of `GET /v1/enterprises?region=`. */
export interface EnterpriseRow {
  readonly id: string;
  readonly name: string;
  readonly grade: string;
  readonly score: number | null;
  readonly healthCode: Colour;
}

/** An enterprise with the reasons of its grade: `GET /v1/enterprises/:id`. */
export interface Enterprise extends EnterpriseRow {
  readonly region: string;
  readonly products: readonly string[];
  readonly rulebook: string;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly reasons: readonly Reason[];
  /** `YYYY-MM-DD`, or null when nothing is due. */
  readonly nextReviewOn: string | null;
  readonly simulated: boolean;
}

/** A clause that applied, its points, and the ids of the facts behind it. */
export interface Reason {
  readonly clause: string;
  readonly text: Text;
  readonly points: number | null;
  readonly facts: readonly string[];
}

export interface EnterprisePage {
  readonly items: readonly EnterpriseRow[];
  /** Cursor of the next page, or null at the end. */
  readonly next: string | null;
}

export function readEnterprisePage(value: unknown): EnterprisePage | undefined {
  const fields = readFields(value);
  if (!fields || !Array.isArray(fields["items"])) return undefined;
  return { items: readList(fields["items"], readRow), next: readText(fields["next"]) ?? null };
}

/** Undefined when the answer is no enterprise: it has no id. */
export function readEnterprise(value: unknown): Enterprise | undefined {
  const row = readRow(value);
  const fields = readFields(value);
  if (!row || !fields) return undefined;
  return {
    ...row,
    region: readText(fields["region"]) ?? "",
    products: readList(fields["products"], readText),
    rulebook: readText(fields["rulebook"]) ?? "",
    asOf: readText(fields["asOf"]) ?? "",
    reasons: readList(fields["reasons"], readReason),
    nextReviewOn: readText(fields["nextReviewOn"]) ?? null,
    simulated: readFlag(fields["simulated"]),
  };
}

function readRow(value: unknown): EnterpriseRow | undefined {
  const fields = readFields(value);
  const id = readText(fields?.["id"]);
  if (!fields || !id) return undefined;
  return {
    id,
    name: readText(fields["name"]) ?? id,
    grade: readText(fields["grade"]) ?? "",
    score: readNumber(fields["score"]) ?? null,
    healthCode: readColourName(fields["healthCode"]) ?? "none",
  };
}

function readReason(value: unknown): Reason | undefined {
  const fields = readFields(value);
  const clause = readText(fields?.["clause"]);
  if (!fields || clause === undefined) return undefined;
  return {
    clause,
    text: readBilingual(fields["text"], clause),
    points: readNumber(fields["points"]) ?? null,
    facts: readList(fields["facts"], readText),
  };
}
