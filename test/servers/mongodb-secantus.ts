/**
 * SecantusDB: MongoDB's wire protocol over WiredTiger, on one node. Licensed GPL-2.0 and in beta: a tool beside the
 * tests, run as a process of its own and never a dependency of what is shipped; production takes MongoDB.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Launcher {
  readonly describe: string;
  readonly command: string;
  /** Precede the server's own arguments. */
  readonly args: readonly string[];
}

const run = promisify(execFile);
const version = "0.7.0b3";
const cache = join(import.meta.dirname, "..", "..", ".cache");
const environment = join(cache, `secantusdb-${version}`);
/** The same server in Rust, three times as fast, which takes ten minutes to build: used where somebody did. */
const rustServer = join(cache, "secantus", "bin", "secantusd-rs");

/**
 * The server's command, from PyPI into a virtual environment in the repository's `.cache` on first use. Needs Python
 * 3.10 or newer with venv and pip; on Debian as root it installs them, else it throws an Error that names what is missing.
 */
export async function secantus(): Promise<Launcher> {
  if (existsSync(rustServer)) {
    const { stdout } = await run(rustServer, ["--version"]).catch(() => ({ stdout: "secantusd-rs" }));
    return { describe: `SecantusDB, the server in Rust (${stdout.trim()})`, command: rustServer, args: [] };
  }
  if (!existsSync(environment)) await installInto(environment);
  const start = "import sys; from secantus.cli import main; sys.exit(main())";
  const command = join(environment, "bin", "python3");
  return { describe: `SecantusDB ${version} from PyPI`, command, args: ["-c", start] };
}

async function installInto(folder: string): Promise<void> {
  const python = await providePython();
  const work = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await run(python, ["-m", "venv", work], { timeout: 120_000 });
    const packages = ["install", "-q", "--disable-pip-version-check", "--pre", `secantusdb==${version}`];
    await run(join(work, "bin", "python3"), ["-m", "pip", ...packages], { timeout: 600_000 });
    // Whole or not at all, also when two runs install at once: the loser of the rename finds the winner's there.
    // An interpreter finds its packages beside itself, so the environment works under its new name.
    await rename(work, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function providePython(): Promise<string> {
  const found = await python();
  if (found !== undefined) return found;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env, timeout: 300_000 });
    const packages = ["python3", "python3-venv"];
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], { env, timeout: 600_000 });
    const installed = await python();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "no MongoDB for the tests: Python 3.10 or newer with venv is missing. Install it (Debian: apt-get install " +
      "python3 python3-venv), or have Docker running, or name a server in MONGODB_URI=mongodb://host:port",
  );
}

async function python(): Promise<string | undefined> {
  for (const command of ["python3", "python"]) {
    try {
      await run(command, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
      return command;
    } catch {
      // Absent, too old or without venv: the next name may do.
    }
  }
  return undefined;
}
