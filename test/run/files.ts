/** Which test files there are, and what each needs beside Node: read from the sources, so that no list can be stale. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A server or a tool that tests use. */
export type Need = "kafka" | "mongodb" | "chromium" | "promtool" | "python";

export interface TestFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly needs: ReadonlySet<Need>;
}

export const ROOT: string = join(import.meta.dirname, "..", "..");

const PATTERNS = ["packages/*/src/**/*.test.ts", "services/*/src/**/*.test.ts", "test/**/*.test.ts"];

/** The functions by which tests get at what they need. */
const CALLS: { readonly [N in Need]: RegExp } = {
  kafka: /\bstartKafka\(/,
  mongodb: /\bstartMongo\(/,
  chromium: /\blaunchChromium\(/,
  promtool: /\b(?:checkMetrics|findPromtool)\(/,
  python: /\binstallFastavro\(/,
};

/** Imports of values from files of the same package: of types nothing is called. */
const IMPORT = /(?:^|\n)(?:import|export)\s(?!type\s)[^;]*?["'](\.{1,2}\/[^"']+\.ts)["']/g;

/** All test files, by path. */
export function testFiles(): TestFile[] {
  const paths = globSync(PATTERNS, { cwd: ROOT, exclude: ["**/node_modules"] }).toSorted();
  return paths.map((path) => ({ path, needs: needsOf(join(ROOT, path)) }));
}

/** What a file calls for, itself or in the files that it imports. */
function needsOf(file: string): Set<Need> {
  const needs = new Set<Need>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || !existsSync(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    // What a provider itself is made of is not asked for by those who import a neighbour of it.
    for (const need of Object.keys(CALLS) as Need[]) {
      if (CALLS[need].test(text.replaceAll(/function \w+\(/g, ""))) needs.add(need);
    }
    for (const [, specifier] of text.matchAll(IMPORT)) visit(join(dirname(path), specifier!));
  };
  visit(file);
  return needs;
}

/** Whether a file has the machine to itself: servers and browsers keep time, and two cores are few. */
export function runsAlone({ path, needs }: TestFile): boolean {
  const busy: readonly Need[] = ["kafka", "mongodb", "chromium"];
  return (
    busy.some((need) => needs.has(need)) || (path.startsWith("test/") && relative("test/run", path).startsWith(".."))
  );
}
