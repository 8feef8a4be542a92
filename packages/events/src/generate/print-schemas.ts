import { printSchema } from "../print.ts";
import { shortName, type RecordShape } from "../shape.ts";

/** The TypeScript of `generated/schemas.ts`: the schemas as data, so that nothing is read from disk at run time. */
export function printSchemas(current: readonly RecordShape[], history: readonly RecordShape[]): string {
  const entries = current.map((shape) => `  ${shortName(shape.name)}: ${JSON.stringify(printSchema(shape))},\n`);
  const released = history.map((shape) => `  ${JSON.stringify(printSchema(shape))},\n`);
  return (
    "// Written from schemas/*.avsc and schemas/history/ by `pnpm schemas`. Do not edit.\n\n" +
    'import type { Json } from "../shape.ts";\nimport type { RecordTypes } from "./types.ts";\n\n' +
    "/** The current schema of each record, complete in itself. */\n" +
    `export const SCHEMAS: Readonly<Record<keyof RecordTypes, Json>> = {\n${entries.join("")}};\n\n` +
    "/** Released versions, current ones among them: what old records in the log were written with. */\n" +
    `export const HISTORY: readonly Json[] = [\n${released.join("")}];\n`
  );
}
