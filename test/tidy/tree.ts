/** The project's files as a clone would have them, and rules about the text of one. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run/files.ts";

/** What may stand at the top, beside dot-files and what git ignores. */
export const TOP: readonly string[] = [
  "LICENSE",
  "README.md",
  "deploy",
  "package.json",
  "packages",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "schemas",
  "services",
  "test",
  "tsconfig.json",
];
export const IGNORED: readonly string[] = ["node_modules", "data"];

const MAX_LINES = 450;
const GENERATED = "packages/events/src/generated/";
const BINARY = /\.(?:png|gz|ico|woff2?|pdf|xlsx|db)$/;

/** Text files by path relative to the root. */
export function readTree(): Map<string, string> {
  const skipped = new Set(["node_modules", ".git", ".cache", "data"]);
  const found = globSync(["**/*.*", "**/.*", "LICENSE", "deploy/**/Dockerfile", ".ci/*", ".ci/run"], {
    cwd: ROOT,
    withFileTypes: true,
    exclude: (entry) => skipped.has(entry.name),
  });
  const files = found.filter((entry) => entry.isFile() && !BINARY.test(entry.name) && !entry.name.endsWith(".log"));
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(ROOT.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

/** A file that one cannot see whole; data and what a program writes is not read by people. */
export function tooLong(path: string, text: string): string[] {
  if (!/\.(?:ts|css|html|py|md)$/.test(path) || path.startsWith(GENERATED)) return [];
  const lines = text.split("\n").length - 1;
  return lines > MAX_LINES ? [`${path}: ${lines} lines`] : [];
}

/** Tests that do not run; a file that only its owner has is named by the variable that says where it lies. */
export function leftOut(path: string, text: string): string[] {
  if (!path.endsWith(".test.ts")) return [];
  const found = text.match(/\b(?:describe|suite|it|test)(?:\.\w+)*\.(?:only|skip|todo|skipIf|runIf)\b/g) ?? [];
  return found
    .filter((call) => !(call.endsWith(".skipIf") && text.includes("CHICAGO_FILE")))
    .map((call) => `${path}: ${call}`);
}

/** Modules name what they give; tools' configurations are asked for a default. */
export function defaultExports(path: string, text: string): string[] {
  if (!path.endsWith(".ts") || path.endsWith(".config.ts")) return [];
  return /^export default\b|\bas default\b/m.test(text) ? [path] : [];
}

/** Paths that exist on one machine only. */
export function machinePaths(path: string, text: string): string[] {
  const found = text.match(/(?<![\w.~$}-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.]*/g) ?? [];
  return found.map((place) => `${path}: ${place}`);
}
