/** The command as a process of its own, in a data directory of its own, on a port that is free. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const PATIENCE_MS = 60_000;

export class CliProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("SANFEN_"));
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...Object.fromEntries(own), LANG: "en_US.UTF-8", SANFEN_LOG_LEVEL: "warn", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    // "close" comes once both streams have been read to their ends.
    this.#ended = once(this.#child, "close").then(([code]) => code as number | null);
  }

  /** Resolves once what it has said fits; rejects when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = pattern.exec(this.out + this.err);
      if (found) return found;
      const heard = [
        once(this.#child.stdout!, "data", { signal: deadline }),
        once(this.#child.stderr!, "data", { signal: deadline }),
      ];
      for (const each of heard) each.catch(() => undefined);
      const ended = await Promise.race([...heard, this.#ended.then((code) => ({ code }))]);
      if ("code" in ended && !pattern.test(this.out + this.err))
        throw new Error(`ended with ${ended.code} before it said ${pattern}:\n${this.out}\n${this.err}`);
    }
  }

  /** Base address of its server. */
  async address(): Promise<string> {
    return (await this.says(/(http:\/\/127\.0\.0\.1:\d+)/))[1]!;
  }

  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.#ended;
  }
}

/** A directory that ends with the block (`await using`). */
export async function temporaryDirectory(): Promise<{ readonly path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "sanfen-cli-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
