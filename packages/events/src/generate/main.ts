// From schemas/ to TypeScript.
//   write    writes src/generated/
//   check    exits 1 when src/generated/ is stale or a schema does not go with a released version
//   release  keeps the current schemas in schemas/history/, then writes
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { printSchema } from "../print.ts";
import { shortName } from "../shape.ts";
import { whyIncompatible } from "./compatibility.ts";
import { printSchemas } from "./print-schemas.ts";
import { printTypes } from "./print-types.ts";
import { readSchemaFiles, versionFile, type SchemaFiles } from "./schema-files.ts";

export interface Folders {
  readonly schemas: string;
  readonly generated: string;
}

const HERE = import.meta.dirname;
const FOLDERS: Folders = { schemas: join(HERE, "../../../../schemas"), generated: join(HERE, "../generated") };

/** What `src/generated/` should hold, by path. */
function outputs(files: SchemaFiles, generated: string): [path: string, text: string][] {
  return [
    [join(generated, "types.ts"), printTypes(files.shapes)],
    [join(generated, "schemas.ts"), printSchemas(files.current, files.released)],
  ];
}

/** Everything wrong with the schemas and what was written from them, one line each; empty when all is well. */
export function findFaults(folders: Folders): string[] {
  const files = readSchemaFiles(folders.schemas);
  const stale = outputs(files, folders.generated)
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text)
    .map(([path]) => `${path} is stale: run \`pnpm schemas\``);
  const broken = files.broken.map((file) => `history/${file}: its content has another name or fingerprint`);
  const incompatible = files.released.flatMap((released) => {
    const current = files.current.find((shape) => shape.name === released.name);
    if (!current) return [`${released.name} was released and has no schema any more: old records could not be read`];
    return whyIncompatible(current, released, shortName(released.name)).map(
      (why) => `${versionFile(released)}: ${why}`,
    );
  });
  return [...new Set([...broken, ...incompatible, ...stale])];
}

/** Writes `src/generated/`. */
export function write(folders: Folders): void {
  mkdirSync(folders.generated, { recursive: true });
  for (const [path, text] of outputs(readSchemaFiles(folders.schemas), folders.generated)) writeFileSync(path, text);
}

/** Keeps the current version of each schema in `schemas/history/` and answers the files that are new there. */
export function release(folders: Folders): string[] {
  const added = readSchemaFiles(folders.schemas).current.flatMap((shape) => {
    const path = join(folders.schemas, "history", versionFile(shape));
    if (existsSync(path)) return [];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(printSchema(shape), null, 2)}\n`);
    return [path];
  });
  write(folders);
  return added;
}

function main(command = ""): number {
  switch (command) {
    case "write":
      write(FOLDERS);
      return 0;
    case "check": {
      const faults = findFaults(FOLDERS);
      for (const fault of faults) console.error(fault);
      return faults.length === 0 ? 0 : 1;
    }
    case "release":
      for (const path of release(FOLDERS)) console.log(path);
      return 0;
    default:
      console.error("usage: main.ts write | check | release");
      return 2;
  }
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
