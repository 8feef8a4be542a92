import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createCodec, type Codec } from "../codec.ts";
import { HISTORY, SCHEMAS } from "../generated/schemas.ts";
import type { RecordTypes } from "../generated/types.ts";
import { readShapes, type RecordShape } from "../shape.ts";

/**
 * A record and the bytes it has had since the day it was entered. Bytes within the value are written as hex. One whose
 * hex is of an earlier schema version stays: it shows that old records still read.
 */
export interface Golden {
  readonly name: keyof RecordTypes;
  readonly value: Readonly<Record<string, unknown>>;
  /** Absent until `write.ts` has filled it in. */
  readonly hex?: string;
}

export const GOLDEN_FILE: string = join(import.meta.dirname, "golden.json");

/** Of every record, those included that have no bytes of their own in the log. */
export const codec: Codec<RecordTypes> = createCodec<RecordTypes>(SCHEMAS, HISTORY);

export function readGolden(): Golden[] {
  return JSON.parse(readFileSync(GOLDEN_FILE, "utf8")) as Golden[];
}

/** The value as the codec takes it. */
export function valueOf(golden: Golden): never {
  const raw = bytesFields(golden.name).map((field) => [field, Buffer.from(String(golden.value[field]), "hex")]);
  return { ...golden.value, ...Object.fromEntries(raw) } as never;
}

/** Whether the bytes are of the schema as it is now. */
export function isCurrent(golden: Required<Golden>): boolean {
  return golden.hex.slice(0, 20) === Buffer.from(codec.encode(golden.name, valueOf(golden))).toString("hex", 0, 10);
}

/** Names of a record's fields that are bytes. */
export function bytesFields(name: keyof RecordTypes): string[] {
  const shape = readShapes([SCHEMAS[name]])[0] as RecordShape;
  return shape.fields.filter((field) => field.shape.type === "bytes").map((field) => field.name);
}
