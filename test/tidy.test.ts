/** Rules about the tree. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./run/files.ts";
import { impurities, isPureRoot, madeOf, wrongWay } from "./tidy/imports.ts";
import { defaultExports, IGNORED, leftOut, machinePaths, readTree, tooLong, TOP } from "./tidy/tree.ts";

type Rule = (path: string, text: string) => string[];

const tree = readTree();

/** A sample is broken by `~`, so that this file does not offend itself. */
function whole(sample: string): string {
  return sample.replaceAll("~", "");
}

function offences(rule: Rule): string[] {
  return [...tree].flatMap(([path, text]) => rule(path, text));
}

test("the tree is read", () => {
  for (const path of ["package.json", ".gitignore", ".ci/run", "LICENSE", "test/tidy.test.ts", "schemas/fact.avsc"]) {
    expect(tree.has(path), path).toBe(true);
  }
  expect(tree.size).toBeGreaterThan(300);
});

describe("the layout", () => {
  test("nothing stands at the top but what was agreed", () => {
    const others = readdirSync(ROOT).filter((name) => !name.startsWith(".") && !name.endsWith(".log"));
    expect(others.filter((name) => !TOP.includes(name) && !IGNORED.includes(name))).toEqual([]);
  });

  test.each(["packages", "services"])("all %s say what they are", (kind) => {
    const homes = readdirSync(join(ROOT, kind));
    expect(homes.filter((name) => !existsSync(join(ROOT, kind, name, "README.md")))).toEqual([]);
  });

  test("files are read whole: none is too long", () => expect(offences(tooLong)).toEqual([]));

  test("no path of one machine", () => expect(offences(machinePaths)).toEqual([]));

  test("the lock file tells what is installed, not where from", () => {
    const lines = tree.get("pnpm-lock.yaml")!.split("\n");
    expect(
      lines.filter((line) => /\btarball:|\bregistry:|https?:\/\//.test(line) && !/^\s+deprecated:/.test(line)),
    ).toEqual([]);
  });
});

describe("the code", () => {
  test("no test is left out, and none is run alone", () => expect(offences(leftOut)).toEqual([]));

  test("no default exports", () => expect(offences(defaultExports)).toEqual([]));

  test("imports go one way", () => {
    expect(offences(wrongWay)).toEqual([]);
  });

  test("what is pure has no clock, no chance and no I/O, and is made of nothing that has", () => {
    const pure = new Set([...tree.keys()].filter(isPureRoot).flatMap((path) => [...madeOf(path, tree)]));
    expect(pure.size).toBeGreaterThan(50);
    expect([...pure].flatMap((path) => impurities(path, tree.get(path)!))).toEqual([]);
  });
});

describe("the rules see what they forbid", () => {
  test.each<[string, Rule, string, string]>([
    ["a long file", tooLong, "packages/a/src/a.ts", "a\n".repeat(451)],
    ["a test left out", leftOut, "a.test.ts", `test.s~kip("a")`],
    ["a group left out", leftOut, "a.test.ts", `describe.each([1]).x; describe.concurrent.o~nly("a")`],
    ["a test left out on a condition", leftOut, "a.test.ts", `it.s~kipIf(true)("a")`],
    ["a default export", defaultExports, "a.ts", "export default 1;"],
    ["a machine's path", machinePaths, "a.md", "see /w~ork/main"],
    ["a service that imports another", wrongWay, "services/scorer/src/a.ts", `import { a } from "@sanfen/ingest";`],
    ["a core that imports a shell", wrongWay, "packages/log/src/a.ts", `import {\n  type A,\n} from "@sanfen/stream";`],
    ["a dynamic import", wrongWay, "packages/model/src/a.ts", `await import("@sanfen/events");`],
    ["a way around the exports", wrongWay, "services/scorer/src/a.ts", `import { a } from "../../ingest/src/a.ts";`],
    ["an unknown package", wrongWay, "packages/common/src/a.ts", ""],
    ["a file system", impurities, "a.ts", `import { readFileSync } from "node:fs";`],
    ["a clock", impurities, "a.ts", "const now = Date.now();"],
    ["another clock", impurities, "a.ts", "const now = new Date();"],
    ["chance", impurities, "a.ts", "const n = Math.random();"],
  ])("%s", (_, rule, path, text) => expect(rule(path, whole(text))).toHaveLength(1));

  test.each<[string, Rule, string, string]>([
    ["the permitted condition", leftOut, "a.test.ts", `describe.s~kipIf(!process.env["CHICAGO_FILE"])("a")`],
    ["a date that was given", impurities, "a.ts", "const day = new Date(ms); // not Date.now()"],
    ["types of a module", impurities, "a.ts", `import type { Stats } from "node:fs";`],
    ["a configuration", defaultExports, "a.config.ts", "export default {};"],
    ["a path of the project", machinePaths, "a.md", "see packages/work/a.ts and https://example.org/root/a"],
  ])("but not %s", (_, rule, path, text) => expect(rule(path, whole(text))).toEqual([]));

  test("a fold is as impure as what it is made of", () => {
    const files = new Map([
      ["services/a/src/fold.ts", `import { now } from "./clock.ts";`],
      ["services/a/src/clock.ts", "export const now = Date.now();"],
    ]);
    const made = madeOf("services/a/src/fold.ts", files);
    expect([...made].flatMap((path) => impurities(path, files.get(path)!))).toEqual([
      "services/a/src/clock.ts: Date.now",
    ]);
  });
});
