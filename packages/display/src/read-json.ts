import type { Text } from "@sanfen/model";

/** Readers for values that came as JSON: the value when it has the kind asked for, else undefined. */
export type Fields = Readonly<Record<string, unknown>>;

export function readFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function readText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function readNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function readFlag(value: unknown): boolean {
  return value === true;
}

/** The elements that `read` understands; the others are left out. Not a list: empty. */
export function readList<T>(value: unknown, read: (element: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return value.map(read).filter((element) => element !== undefined);
}

/** A text in both languages; one language, or plain text, serves for both. `otherwise` where there is none. */
export function readBilingual(value: unknown, otherwise: string): Text {
  const plain = readText(value);
  const fields = readFields(value);
  const zh = plain ?? readText(fields?.["zh"]);
  const en = plain ?? readText(fields?.["en"]);
  return { zh: zh ?? en ?? otherwise, en: en ?? zh ?? otherwise };
}

/** JSON text → value; undefined when it is no JSON (JSON itself knows no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
