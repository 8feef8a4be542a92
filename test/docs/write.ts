/** Writes the table of configuration into both READMEs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configTable } from "@sanfen/service";
import { ROOT } from "../run/files.ts";
import { withTable } from "./markdown.ts";

for (const [path, language] of [
  ["README.md", "en"],
  ["deploy/README.zh.md", "zh"],
] as const) {
  const file = join(ROOT, path);
  writeFileSync(file, withTable(readFileSync(file, "utf8"), configTable(language)));
}
