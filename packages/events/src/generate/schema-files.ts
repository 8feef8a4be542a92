import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc64Avro, fingerprintHex } from "../fingerprint.ts";
import { canonicalForm } from "../print.ts";
import { readShapes, shortName, type Json, type RecordShape, type Shape } from "../shape.ts";

export interface SchemaFiles {
  /** Every schema in `schemas/`, enums that stand alone among them, in the order of their files. */
  readonly shapes: readonly Shape[];
  /** The records among them: what has bytes of its own. */
  readonly current: readonly RecordShape[];
  /** Every version in `schemas/history/`. */
  readonly released: readonly RecordShape[];
  /** Files in `schemas/history/` whose content does not bear out their name. */
  readonly broken: readonly string[];
}

/** `Fact.1a2b….avsc`: the name that a version has in `schemas/history/`. */
export function versionFile(shape: RecordShape): string {
  return `${shortName(shape.name)}.${fingerprintHex(crc64Avro(canonicalForm(shape)))}.avsc`;
}

/** Reads a folder of schemas and its `history/`; throws Error where a file is no schema. */
export function readSchemaFiles(folder: string): SchemaFiles {
  const shapes = readShapes(filesIn(folder).map(([, json]) => json));
  const history = filesIn(join(folder, "history")).map(([file, json]) => {
    const shape = readShapes([json])[0];
    if (shape?.type !== "record") throw new Error(`history/${file}: not a record`);
    return { file, shape };
  });
  return {
    shapes,
    current: shapes.filter((shape) => shape.type === "record"),
    released: history.map(({ shape }) => shape),
    broken: history.filter(({ file, shape }) => file !== versionFile(shape)).map(({ file }) => file),
  };
}

function filesIn(folder: string): [file: string, json: Json][] {
  // Before the first release there is no history, and git keeps no empty folder.
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".avsc"))
    .map((entry) => entry.name)
    .sort()
    .map((file) => {
      try {
        return [file, JSON.parse(readFileSync(join(folder, file), "utf8")) as Json];
      } catch (error) {
        throw new Error(`${join(folder, file)}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    });
}
