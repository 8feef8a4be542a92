/** `?after=`: how far the stores must have read before a query is answered. Opaque to clients. Pure. */
import type { Problem } from "@sanfen/model";
import { Type, type TString } from "typebox";
import { parseJson } from "./json.ts";

/** Offset of the last record to have been read, by topic and partition. */
export type Positions = Readonly<Record<string, Readonly<Record<string, number>>>>;

const MAX_CHARACTERS = 4_096;
const FORM = /^[A-Za-z0-9_-]+$/;
const TOPIC = /^[a-z][a-z0-9.-]{0,199}$/;
const PARTITION = /^(?:0|[1-9]\d{0,4})$/;

/** The query parameter; its content is for `parseAfter`. */
export const AFTER: TString = Type.String({
  minLength: 1,
  maxLength: MAX_CHARACTERS,
  description: "`after` of an earlier answer: this one waits until that is taken into account",
});

/** Positions as text: base64url of JSON, the same text for the same positions. */
export function encodeAfter(positions: Positions): string {
  const sorted = Object.entries(positions)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    // Keys that are whole numbers come in order by themselves.
    .map(([topic, offsets]) => [topic, { ...offsets }]);
  return Buffer.from(JSON.stringify(Object.fromEntries(sorted))).toString("base64url");
}

/** Reads what `encodeAfter` wrote; anything else is a problem of the client's. */
export function parseAfter(text: string): { readonly positions: Positions } | { readonly problem: Problem } {
  const parsed =
    text.length <= MAX_CHARACTERS && FORM.test(text) ? parseJson(Buffer.from(text, "base64url")) : undefined;
  if (parsed && "value" in parsed && isPositions(parsed.value)) return { positions: parsed.value };
  return { problem: { pointer: "/query/after", code: "bad-after", detail: "is not an `after` that was given here" } };
}

function isPositions(value: unknown): value is Positions {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([topic, offsets]) =>
        TOPIC.test(topic) &&
        isRecord(offsets) &&
        Object.entries(offsets).every(
          ([partition, offset]) =>
            PARTITION.test(partition) && typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0,
        ),
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
