/** `sanfen import`: a file to a running server, and what became of its rows. */
import { openAsBlob } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "../client.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
import { showProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

export interface ImportOptions {
  readonly file: string;
  /** Name of a mapping that the server has, or path of a file with one. */
  readonly mapping: string;
  readonly to: string;
  readonly encoding: string | undefined;
  readonly dryRun: boolean;
  readonly sheet: string | undefined;
  /** Where to save the rows that were refused. */
  readonly rejects: string | undefined;
}

/** An import as the server tells of it, as far as it is shown here. */
interface ImportState {
  readonly id: string;
  readonly state: "receiving" | "sorting" | "running" | "done" | "failed";
  readonly bytes: number;
  readonly bytesRead: number;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly facts: number;
  readonly problems: readonly { readonly row: number; readonly column: string; readonly detail: string }[];
  readonly waiting: string | null;
}

const LOOK_MS = 200;
const SHOWN_PROBLEMS = 10;

export async function importCommand(terminal: Terminal, options: ImportOptions): Promise<ExitCode> {
  const client = new Client(options.to, terminal.signal);
  const form = await formOf(options);
  const sent = await client.post<ImportState>("/v1/imports", form);
  const ended = await follow(terminal, client, sent);
  const rejectsUrl = `${client.base}/v1/imports/${ended.id}/rejects`;
  const saved = options.rejects !== undefined && ended.rejected > 0;
  if (saved) await writeFile(options.rejects, await client.text(`/v1/imports/${ended.id}/rejects`));
  terminal.result({ ...ended, rejects: ended.rejected > 0 ? rejectsUrl : null });
  describe(terminal, ended, { rejectsUrl, savedTo: saved ? options.rejects : undefined, dryRun: options.dryRun });
  if (ended.state === "failed") return EXIT.failed;
  return ended.rejected > 0 ? EXIT.differences : EXIT.ok;
}

/** Fields come before the file: the server reads the form as it arrives. */
async function formOf({ file, mapping, encoding, dryRun, sheet }: ImportOptions): Promise<FormData> {
  if (await isDirectory(file)) {
    throw new CliError(
      EXIT.usage,
      { zh: `${file} 是目录，不是文件`, en: `${file} is a directory, not a file` },
      { zh: "逐个导入其中的文件", en: "import the files in it one by one" },
    );
  }
  const form = new FormData();
  form.set("mapping", await mappingText(mapping));
  if (encoding !== undefined) form.set("encoding", encoding);
  if (sheet !== undefined) form.set("sheet", sheet);
  if (dryRun) form.set("dryRun", "true");
  try {
    form.set("file", await openAsBlob(file), basename(file));
  } catch (error) {
    throw unreadable(file, error);
  }
  return form;
}

/** False also where there is nothing: opening it says so. */
async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (at) => at.isDirectory(),
    () => false,
  );
}

/** A file's content where there is such a file, else the name of a mapping. */
async function mappingText(nameOrFile: string): Promise<string> {
  const isFile = await stat(nameOrFile).then(
    (at) => at.isFile(),
    () => false,
  );
  if (isFile) return readFile(nameOrFile, "utf8");
  if (!/[/\\]|\.json$/.test(nameOrFile)) return nameOrFile;
  throw unreadable(nameOrFile, undefined);
}

function unreadable(file: string, cause: unknown): CliError {
  return new CliError(
    EXIT.usage,
    { zh: `读不了文件 ${file}`, en: `cannot read the file ${file}` },
    { zh: "请检查路径和权限", en: "look at its path and permissions" },
    { cause },
  );
}

async function follow(terminal: Terminal, client: Client, sent: ImportState): Promise<ImportState> {
  const progress = showProgress(terminal, { zh: "导入", en: "Importing" }, sent.bytes);
  try {
    for (;;) {
      const state = await client.get<ImportState>(`/v1/imports/${sent.id}`);
      if (state.state === "done" || state.state === "failed") return state;
      progress.update(state.bytesRead, Math.max(1, state.bytes), state.waiting ?? `${state.rows}`);
      await pause(LOOK_MS, undefined, { signal: terminal.signal });
    }
  } finally {
    progress.stop();
  }
}

function describe(
  terminal: Terminal,
  { state, rows, accepted, rejected, skipped, facts, problems }: ImportState,
  { rejectsUrl, savedTo, dryRun }: { rejectsUrl: string; savedTo: string | undefined; dryRun: boolean },
): void {
  if (state === "failed") terminal.line({ zh: "导入失败：", en: "The import failed:" });
  terminal.line({
    zh: `${rows} 行：接受 ${accepted}，拒绝 ${rejected}，略过 ${skipped}；${facts} 条事实已写入，已知的自动合并`,
    en: `${rows} rows: ${accepted} accepted, ${rejected} rejected, ${skipped} skipped; ${facts} facts sent, known ones are merged`,
  });
  if (dryRun) terminal.line({ zh: "试运行：没有写入任何事实", en: "A dry run: nothing was written" });
  for (const { row, column, detail } of problems.slice(0, SHOWN_PROBLEMS)) {
    terminal.line({ zh: `  第 ${row} 行 ${column}：${detail}`, en: `  row ${row} ${column}: ${detail}` });
  }
  if (rejected === 0) return;
  terminal.line(
    savedTo === undefined
      ? {
          zh: `被拒的行：${rejectsUrl}（改正后可再次导入）`,
          en: `Rejected rows: ${rejectsUrl} (mend them and import again)`,
        }
      : {
          zh: `被拒的行已存到 ${savedTo}，改正后可再次导入`,
          en: `Rejected rows are in ${savedTo}: mend them and import again`,
        },
  );
}
