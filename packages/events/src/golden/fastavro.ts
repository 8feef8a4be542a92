import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Json } from "../shape.ts";

/** What fastavro is asked: to read and write a record of each schema, and to parse schema files. */
export interface Request {
  readonly jobs: readonly {
    readonly schema: Json;
    readonly hex: string;
    readonly value: unknown;
    readonly bytesFields: readonly string[];
  }[];
  readonly documents: readonly Json[];
}

export interface Response {
  readonly answers: readonly {
    /** CRC-64-AVRO of the schema in the order in which it stands in a record. */
    readonly fingerprint: string;
    /** Bytes that were not read. */
    readonly left: number;
    /** Hex of the body as read and written again; and of the value, written. */
    readonly reencoded: string;
    readonly encoded: string;
  }[];
  /** Of the schema files that could not be parsed. */
  readonly errors: readonly string[];
}

const VERSION = "1.12.1";
const FOLDER = join(import.meta.dirname, "../../../../.cache/fastavro");
const PYTHON = join(FOLDER, "bin/python");

/**
 * Makes sure of a virtual environment with fastavro in `.cache/fastavro/`. Throws Error that says what to install where
 * Python is missing.
 */
export function installFastavro(): void {
  if (run(PYTHON, ["-c", `import fastavro, sys; sys.exit(fastavro.__version__ != "${VERSION}")`]).ok) return;
  const made = run("python3", ["-m", "venv", "--clear", FOLDER]);
  if (!made.ok) {
    const how = "on Debian: apt-get install python3 python3-venv";
    throw new Error(`the golden bytes are checked with Python 3 and its venv module (${how}): ${made.error}`);
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `fastavro==${VERSION}`];
  const installed = run(PYTHON, pip);
  if (!installed.ok) throw new Error(`fastavro ${VERSION} could not be installed: ${installed.error}`);
}

/** Asks fastavro. Throws Error with what Python said where it failed. */
export function askFastavro(request: Request): Response {
  const answer = run(PYTHON, [join(import.meta.dirname, "peer.py")], JSON.stringify(request));
  if (!answer.ok) throw new Error(`fastavro failed: ${answer.error}`);
  return JSON.parse(answer.output) as Response;
}

function run(command: string, args: readonly string[], input = ""): { ok: boolean; output: string; error: string } {
  const done = spawnSync(command, args, {
    input,
    encoding: "utf8",
    timeout: 110_000,
    maxBuffer: 64 * 1024 * 1024,
    // Whatever the locale: the values hold Chinese.
    env: { ...process.env, PYTHONUTF8: "1" },
  });
  const said = [done.stderr, done.stdout].filter((text) => text).join("\n");
  return { ok: done.status === 0, output: done.stdout ?? "", error: done.error?.message ?? said };
}
