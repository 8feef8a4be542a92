/** Runs the command in this process, with ears on what it says. */
import { Writable } from "node:stream";
import { runCli } from "../run.ts";
import type { ExitCode } from "../exit.ts";

export interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export async function runHere(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    args,
    env: { LANG: "en_US.UTF-8", ...env },
    stdout: { write: (text) => out.push(text) },
    stderr: new Writable({
      write: (chunk, _, done) => {
        err.push(String(chunk));
        done();
      },
    }),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
}
