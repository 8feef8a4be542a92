import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePorts } from "./kafka-ports.ts";
import { serves } from "./mongodb-ping.ts";
import { secantus, type Launcher } from "./mongodb-secantus.ts";
import type { MongoServer } from "./mongodb.ts";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/** SecantusDB on a free port of 127.0.0.1, data in a temporary folder, every acknowledged write synced. */
export async function startProcess(): Promise<MongoServer> {
  const launcher = await secantus();
  const [port] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), "sanfen-mongodb-"));
  const server = new Server(launcher, port!, folder);
  const endNow = (): void => {
    server.killNow();
    rmSync(folder, { recursive: true, force: true });
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    endNow();
    process.removeListener(signal, onSignal);
    process.kill(process.pid, signal);
  };
  process.once("exit", endNow);
  for (const signal of signals) process.on(signal, onSignal);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", endNow);
    for (const signal of signals) process.removeListener(signal, onSignal);
    await server.end("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    // Killed before its first checkpoint, the server could not read its own tables again: an orderly stop makes one.
    await server.start();
    await server.end("SIGTERM");
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `mongodb://127.0.0.1:${port}`,
    describe: launcher.describe,
    kill: () => server.end("SIGKILL"),
    restart: () => server.start(),
    pause: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    stop,
  };
}

class Server {
  readonly #launcher: Launcher;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(launcher: Launcher, port: number, folder: string) {
    this.#launcher = launcher;
    this.#port = port;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error("the server is running");
    const { command, args } = this.#launcher;
    const own = [
      "--port",
      String(this.#port),
      "--storage-path",
      this.#folder,
      "--sync-on-commit",
      "--cache-size",
      "256M",
    ];
    const child = spawn(command, [...args, ...own], { stdio: ["ignore", "pipe", "pipe"], cwd: this.#folder });
    this.#child = child;
    let tail = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        tail = (tail + data.toString()).slice(-4000);
      });
    }
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    child.once("exit", (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      failure ??= new Error(`the server ended while starting (${signal ?? code})\n${tail}`);
    });
    const deadline = performance.now() + startTimeoutMs;
    while (!(await serves("127.0.0.1", this.#port))) {
      if (failure) throw failure;
      if (performance.now() > deadline)
        throw new Error(`the server did not start within ${startTimeoutMs} ms\n${tail}`);
      await delay(25);
    }
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.kill(signal);
    const stuck = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(stuck);
  }

  killNow(): void {
    this.#child?.kill("SIGKILL");
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.#child?.kill(signal) !== true) throw new Error("the server is not running");
    return Promise.resolve();
  }
}
