/** Sees to it that the tools are there which tests need, where it may: on Debian, as root, with apt-get. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { getContainerRuntimeClient } from "testcontainers";
import { findPromtool } from "../../packages/service/src/testing/promtool.ts";
import type { Need } from "./files.ts";

interface Tool {
  readonly name: string;
  /** Tests that are skipped without it; none for what is only nicer to have. */
  readonly for: readonly Need[];
  /** Tests for which it is looked at. */
  readonly with: readonly Need[];
  /** Debian packages that have it. */
  readonly packages: readonly string[];
  /** Another way. */
  readonly otherwise?: string;
  present(): Promise<boolean>;
}

const run = promisify(execFile);
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

const TOOLS: readonly Tool[] = [
  {
    name: "Java 17 or newer with Maven",
    for: ["kafka"],
    with: ["kafka"],
    packages: ["default-jre-headless", "maven"],
    otherwise: "have Docker running, or name brokers in KAFKA_BROKERS=host:port,…",
    present: async () => (await dockerAnswers()) || ((await javaMajor()) >= 17 && onPath("mvn")),
  },
  {
    name: "Python 3.10 or newer with venv",
    for: ["mongodb", "python"],
    with: ["mongodb", "python"],
    packages: ["python3", "python3-venv"],
    otherwise: "for MongoDB, have Docker running, or name a server in MONGODB_URI=mongodb://host:port",
    present: () => succeeds("python3", "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"),
  },
  {
    name: "Chromium",
    for: ["chromium"],
    with: ["chromium"],
    packages: ["chromium"],
    present: async () => Promise.resolve(BROWSERS.some(onPath)),
  },
  {
    name: "a font with Chinese characters",
    for: [],
    with: ["chromium"],
    packages: ["fontconfig", "fonts-noto-cjk"],
    present: async () => run("fc-list", [":lang=zh"]).then(({ stdout }) => stdout !== "", no),
  },
];

/**
 * Provides what the needs call for, and says what it installs. Gives the needs that cannot be met, each with the reason
 * and the way to meet it.
 */
export async function provideTools(
  needs: ReadonlySet<Need>,
  say: (line: string) => void,
): Promise<ReadonlyMap<Need, string>> {
  const absent = await absentOf(TOOLS.filter((tool) => tool.with.some((need) => needs.has(need))));
  const missing = new Map<Need, string>();
  for (const tool of await installed(absent, say)) {
    const other = tool.otherwise === undefined ? "" : `; or ${tool.otherwise}`;
    const how = `${tool.name} is missing: install it (Debian: apt-get install ${tool.packages.join(" ")})${other}`;
    say(how);
    for (const need of tool.for) missing.set(need, how);
  }
  if (needs.has("promtool")) {
    await findPromtool().catch((error: unknown) => missing.set("promtool", messageOf(error)));
  }
  return missing;
}

/** Installs what is absent, if it may. Gives what is absent still. */
async function installed(absent: readonly Tool[], say: (line: string) => void): Promise<readonly Tool[]> {
  if (absent.length === 0 || !existsSync("/etc/debian_version") || process.getuid?.() !== 0) return absent;
  const packages = absent.flatMap((tool) => tool.packages);
  say(`installing ${packages.join(" ")} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const limits = { env, timeout: 600_000, maxBuffer: 64 * 1024 * 1024 };
  try {
    await run("apt-get", ["update", "-q"], limits);
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], limits);
  } catch (error) {
    say(`apt-get: ${messageOf(error)}`);
  }
  return absentOf(absent);
}

async function absentOf(tools: readonly Tool[]): Promise<readonly Tool[]> {
  const there = await Promise.all(tools.map((tool) => tool.present()));
  return tools.filter((_, index) => !there[index]);
}

/** Then servers come as containers. If an image cannot be pulled, the server's starter looks for the tools itself. */
async function dockerAnswers(): Promise<boolean> {
  return getContainerRuntimeClient().then(yes, no);
}

/** 17 for "17.0.15"; 0 without Java. */
async function javaMajor(): Promise<number> {
  return run("java", ["-version"]).then(
    ({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0),
    () => 0,
  );
}

async function succeeds(command: string, ...args: string[]): Promise<boolean> {
  return run(command, args).then(yes, no);
}

function onPath(command: string): boolean {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && existsSync(join(folder, command)));
}

function yes(): boolean {
  return true;
}

function no(): boolean {
  return false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
