/** `sanfen start` as a process of its own, to be killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Sanfen {
  /** Where it listens; rejects when it ends before it does. */
  readonly address: Promise<string>;
  /** Whether it has ended. */
  readonly ended: boolean;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end; answers its exit code. */
  stop(): Promise<number | null>;
  /** The last it said on standard error. */
  lastWords(): string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAX_WORDS = 4_000;

export function startSanfen(env: Readonly<Record<string, string>>): Sanfen {
  const child = spawn(process.execPath, ["packages/cli/src/main.ts", "start", "--json"], {
    cwd: ROOT,
    env: { ...process.env, SANFEN_LOG_LEVEL: "warn", SANFEN_LISTEN: "127.0.0.1:0", SANFEN_DEMO: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const endWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-MAX_WORDS);
  });
  let ended = false;
  child.once("exit", () => {
    ended = true;
    process.removeListener("exit", endWithUs);
  });
  const address = (async () => {
    for await (const line of createInterface(child.stdout)) {
      const said = JSON.parse(line) as { readonly address?: string };
      if (said.address !== undefined) return said.address;
    }
    throw new Error(`sanfen ended before it listened: ${words}`);
  })();
  // Whoever kills it early does not wait for its address.
  address.catch(() => undefined);
  return {
    address,
    get ended() {
      return ended;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
      return child.exitCode;
    },
    lastWords: () => words,
  };
}
