/** What a Markdown document names: links, commands, headings. Enough for the READMEs of this project. */

export interface Markdown {
  /** Lines of fenced blocks that are shell (`sh`), joined where they end in a backslash. */
  readonly commands: readonly string[];
  /** Texts between single backticks, outside blocks. */
  readonly spans: readonly string[];
  /** Targets of links and pictures, outside blocks. */
  readonly links: readonly string[];
  /** Anchors of headings, as GitHub makes them. */
  readonly anchors: readonly string[];
}

const FENCE = /^ *```(?<language>\w*)\n(?<content>[\s\S]*?)^ *```$/gm;

export function readMarkdown(text: string): Markdown {
  const commands = [...text.matchAll(FENCE)]
    .filter(({ groups }) => groups!["language"] === "sh")
    .flatMap(({ groups }) => groups!["content"]!.replaceAll(/\\\n\s*/g, "").split("\n"))
    .map((line) => line.replace(/(?:^|\s+)#\s.*$/, "").trim())
    .filter((line) => line !== "");
  const prose = text.replaceAll(FENCE, "");
  const withoutCode = prose.replaceAll(/`[^`\n]*`/g, "");
  return {
    commands,
    spans: [...prose.matchAll(/(?<!`)`([^`\n]+)`/g)].map(([, span]) => span!),
    links: [...withoutCode.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    anchors: [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!)),
  };
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

const MARKS = /<!-- configuration -->\n(?<table>[\s\S]*?)<!-- \/configuration -->/;

/** The table between the two marks; undefined without them. */
export function markedTable(text: string): string | undefined {
  return MARKS.exec(text)?.groups?.["table"];
}

/** The text with another table between its marks. */
export function withTable(text: string, table: string): string {
  return text.replace(MARKS, () => `<!-- configuration -->\n\n${table}\n<!-- /configuration -->`);
}

/** The cells of a table, row by row: what a formatter, which pads them, leaves as it is. */
export function cellsOf(table: string): string[][] {
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  const cells = rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
}
