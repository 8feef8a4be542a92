/**
 * Runs all tests, real servers included: `pnpm test [FILTER…] [vitest's options]`. A filter is a part of a path; only
 * the servers and tools that the chosen files need are started, found or installed. Ends with `N passed, N failed`.
 */
import { fork, type ChildProcess } from "node:child_process";
import { parseCLI } from "vitest/node";
import { ROOT, testFiles } from "./run/files.ts";
import { startServers } from "./run/servers.ts";
import type { SuiteRequest } from "./run/suite.ts";
import { add, closingLine, judge, type Skip, type Tally } from "./run/tally.ts";
import { provideTools } from "./run/tools.ts";

/** Whoever hangs is stopped, so that the servers are too. */
const SUITE_LIMIT_MS = 20 * 60_000;

const interrupted = new AbortController();

async function main(args: readonly string[]): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort(signal));
  const { filter, options } = parseCLI(["vitest", "run", ...args]);
  const chosen = testFiles().filter(({ path }) => filter.length === 0 || filter.some((part) => path.includes(part)));
  const needs = new Set(chosen.flatMap((file) => [...file.needs]));
  const tools = await provideTools(needs, say);
  const servers = await startServers(needs, tools, say);
  try {
    const skipped: Skip[] = [];
    const files: string[] = [];
    for (const file of chosen) {
      const why = [...file.needs].map((need) => servers.missing.get(need)).find((reason) => reason !== undefined);
      if (why === undefined) files.push(file.path);
      else skipped.push({ what: file.path, why });
    }
    const ran = files.length === 0 ? { passed: 0, failed: 0, skipped: [] } : await suite({ files, options });
    return report(add(ran, { passed: 0, failed: 0, skipped }));
  } finally {
    await servers.stop();
  }
}

function report(tally: Tally): number {
  const strictness = { ci: process.env["CI"] === "true", chicagoFile: Boolean(process.env["CHICAGO_FILE"]) };
  const judged = judge(tally, strictness);
  for (const skip of tally.skipped) {
    say(`${judged.skipped.includes(skip) ? "skipped" : "skipped, which CI does not take"}: ${skip.what}: ${skip.why}`);
  }
  if (tally.passed + tally.failed === 0) say("no test ran");
  say(closingLine(judged));
  if (interrupted.signal.aborted) return 130;
  return judged.failed > 0 ? 1 : 0;
}

/** Runs vitest; what it does not live to tell is a failure. */
async function suite(request: SuiteRequest): Promise<Tally> {
  const { promise, resolve } = Promise.withResolvers<Tally>();
  const child = fork(new URL("run/suite.ts", import.meta.url), [JSON.stringify(request)], { cwd: ROOT });
  let tally: Tally | undefined;
  child.once("message", (counted) => {
    tally = counted as Tally;
  });
  child.once("error", (error) => say(`vitest: ${error.message}`));
  child.once("close", (code, signal) => {
    if (tally === undefined) say(`vitest ended without a result (${signal ?? code})`);
    resolve(tally ?? { passed: 0, failed: 1, skipped: [] });
  });
  const limit = setTimeout(
    () => end(child, `the tests took longer than ${SUITE_LIMIT_MS / 60_000} minutes`),
    SUITE_LIMIT_MS,
  );
  const stop = (): void => end(child, `stopped by ${String(interrupted.signal.reason)}`);
  if (interrupted.signal.aborted) stop();
  interrupted.signal.addEventListener("abort", stop, { once: true });
  return promise.finally(() => clearTimeout(limit));
}

function end(child: ChildProcess, why: string): void {
  say(why);
  child.kill("SIGKILL");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main(process.argv.slice(2));
