/**
 * Where a page ended, as a token for clients: base64url of JSON `[mark, value, id]`. The mark is a digest over the
 * query and the position, so that a cursor of another query or a damaged one is told from a good one. It is no
 * secret: whoever makes up a valid cursor only chooses where to read on.
 */
import { createHash } from "node:crypto";
import { StoreError, type ColumnValue } from "./store.ts";

export interface CursorPosition {
  readonly id: string;
  /** Value of the sort column; null too when sorted by id. */
  readonly value: ColumnValue;
}

/** What a cursor belongs to: everything of the query but its limit, which may differ from page to page. */
export function fingerprintOf(collection: string, shape: object): string {
  return JSON.stringify([collection, shape]);
}

export function encodeCursor(fingerprint: string, position: CursorPosition): string {
  const { id, value } = position;
  return Buffer.from(JSON.stringify([mark(fingerprint, position), value, id])).toString("base64url");
}

/** Throws StoreError `bad-cursor`. */
export function decodeCursor(cursor: string, fingerprint: string): CursorPosition {
  const position = parse(cursor, fingerprint);
  if (position === undefined) throw new StoreError("bad-cursor", "the cursor is damaged or belongs to another query");
  return position;
}

function parse(cursor: string, fingerprint: string): CursorPosition | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(content) || content.length !== 3) return undefined;
  const [given, value, id] = content as unknown[];
  if (typeof id !== "string" || !(value === null || typeof value === "string" || typeof value === "number"))
    return undefined;
  const position = { id, value };
  return given === mark(fingerprint, position) ? position : undefined;
}

function mark(fingerprint: string, position: CursorPosition): string {
  const content = JSON.stringify([fingerprint, position.value, position.id]);
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
