/** What the documents say of the project exists, and their tables are fresh. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { configTable } from "@sanfen/service";
import { describe, expect, test } from "vitest";
import { commandSpecs } from "../packages/cli/src/commands.ts";
import { commandFault, type Known } from "./docs/commands.ts";
import { cellsOf, markedTable, readMarkdown, withTable } from "./docs/markdown.ts";
import { ROOT } from "./run/files.ts";

const READMES = ["README.md", "deploy/README.zh.md"] as const;
const documents = new Map(
  globSync("**/*.md", { cwd: ROOT, exclude: ["**/node_modules", "**/.cache", "**/data"] }).map((path) => [
    path,
    readMarkdown(readFileSync(join(ROOT, path), "utf8")),
  ]),
);

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
const pinned = /pnpm@([\d.]+)/.exec(readFileSync(join(ROOT, ".ci/run"), "utf8"))![1]!;
const known: Known = { scripts: Object.keys(scripts), commands: commandSpecs("en"), pnpm: pinned };

describe("the READMEs", () => {
  test("are read", () => {
    expect([...documents.keys()]).toEqual(expect.arrayContaining([...READMES, "packages/stream/README.md"]));
    for (const path of READMES) {
      const { commands, links, anchors } = documents.get(path)!;
      expect(commands.length, path).toBeGreaterThan(10);
      expect(links.length, path).toBeGreaterThan(20);
      expect(anchors.length, path).toBeGreaterThan(5);
    }
  });

  test.each([
    ["README.md", "en"],
    ["deploy/README.zh.md", "zh"],
  ] as const)("%s has the table of configuration as it is: `node test/docs/write.ts` writes it", (path, language) => {
    const table = markedTable(readFileSync(join(ROOT, path), "utf8")) ?? "";
    expect(cellsOf(table)).toEqual(cellsOf(configTable(language)));
  });

  test("show the same commands in both languages", () => {
    const [english, chinese] = READMES.map((path) =>
      documents.get(path)!.commands.filter((line) => !line.includes("--lang")),
    );
    expect(chinese).toEqual(english);
  });

  test("link to what exists", () => {
    expect([...documents].flatMap(([path, { links }]) => links.flatMap((link) => linkFault(path, link)))).toEqual([]);
  });

  test("name commands that exist", () => {
    const faults = [...documents].flatMap(([path, { commands, spans }]) => {
      // A word between backticks is a command only with what follows it: `pnpm` alone is a tool.
      const spoken = spans.filter((span) => /^(?:npx|pnpm|sanfen) \S/.test(span));
      // In packages and services, tools are run as `pnpm vitest …`: those are not the user's commands.
      const lines = READMES.some((readme) => readme === path) ? [...commands, ...spoken] : commands;
      return lines.map((line) => commandFault(line, known)).filter((fault) => fault !== undefined);
    });
    expect(faults).toEqual([]);
  });

  test("name files that exist", () => {
    const named = READMES.flatMap((path) => documents.get(path)!.spans)
      .filter((span) => /^(?:packages|services|schemas|deploy|test)\/[\w./-]*$/.test(span))
      .filter((path) => !existsSync(join(ROOT, path)));
    expect(named).toEqual([]);
  });

  test("show pictures that load quickly", () => {
    const pictures = READMES.flatMap((path) =>
      documents
        .get(path)!
        .links.filter((link) => link.endsWith(".png"))
        .map((link) => join(ROOT, dirname(path), link)),
    );
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) expect(statSync(picture).size, picture).toBeLessThanOrEqual(300_000);
  });
});

describe("the checks see", () => {
  test.each([
    ["npx -y pnpm@1.0.0 start", "another pnpm"],
    ["pnpm begin", "an unknown script"],
    ["pnpm sanfen begin", "an unknown command"],
    ["SANFEN_LISTEN=127.0.0.1:1 pnpm start --stale", "an unknown option of a script that is a command"],
    ["sanfen start --stale", "an unknown option"],
  ])("%s: %s", (line) => expect(commandFault(line, known)).toBeDefined());

  test.each([
    "curl http://127.0.0.1:8080/readyz",
    `npx -y pnpm@${pinned} test`,
    "SANFEN_LOG=kafka://b1:9092 pnpm sanfen start --service scorer --json",
    "pnpm install",
  ])("nothing wrong with %s", (line) => expect(commandFault(line, known)).toBeUndefined());

  test("commands over two lines, without their comments", () => {
    const text = "```sh\npnpm start   # begins\n\nSANFEN_SITE=a \\\n  pnpm test\n```\n\n```json\npnpm no\n```\n";
    expect(readMarkdown(text).commands).toEqual(["pnpm start", "SANFEN_SITE=a pnpm test"]);
  });

  test("links, but not those in code", () => {
    const text = "# Two words\n\n[a](b.md) `[c](d.md)` ![e](f.png)\n\n```sh\n[g](h.md)\n```\n";
    expect(readMarkdown(text)).toMatchObject({ links: ["b.md", "f.png"], anchors: ["two-words"] });
    expect(linkFault("README.md", "nowhere.md")).toHaveLength(1);
    expect(linkFault("README.md", "README.md#nowhere")).toHaveLength(1);
    expect(linkFault("README.md", "https://example.org/")).toEqual([]);
  });

  test("a table that is stale, whatever its padding", () => {
    const text = withTable(
      "a\n<!-- configuration -->\n<!-- /configuration -->\n",
      "| a  | b |\n|---|---|\n| `1` |  2 |\n",
    );
    expect(cellsOf(markedTable(text)!)).toEqual([
      ["a", "b"],
      ["`1`", "2"],
    ]);
  });
});

/** What a link of a document points to that does not exist. Addresses of other sites are not asked. */
function linkFault(path: string, link: string): string[] {
  if (/^[a-z]+:/.test(link)) return [];
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? path : relative(ROOT, join(ROOT, dirname(path), target));
  if (file.startsWith("..") || !existsSync(join(ROOT, file))) return [`${path}: ${link}`];
  if (anchor === undefined) return [];
  return documents.get(file)?.anchors.includes(decodeURIComponent(anchor)) ? [] : [`${path}: ${link}`];
}
