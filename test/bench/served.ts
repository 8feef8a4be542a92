/** A `sanfen start` of the bench's own, on a free port and an empty directory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface Served {
  readonly address: string;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export async function serve(env: Readonly<Record<string, string>>): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), "sanfen-bench-"));
  const child = spawn(process.execPath, [MAIN, "start"], {
    env: {
      ...process.env,
      SANFEN_DEMO: "off",
      SANFEN_DATA: directory,
      SANFEN_LISTEN: "127.0.0.1:0",
      SANFEN_LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  const ended = once(child, "close");
  let address: string | undefined;
  while (address === undefined || !(await isReady(address))) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${told.slice(-2_000)}`);
    address ??= /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0];
    await pause(50);
  }
  return {
    address,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function isReady(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/readyz`).catch(() => undefined);
  return answer?.ok === true;
}
