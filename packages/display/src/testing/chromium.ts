import { execFile } from "node:child_process";
import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

/** As root in a container there is no sandbox and no GPU; the rest keeps the browser from calling home. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/** The browser, and a font that has Chinese characters. */
const DEBIAN_PACKAGES = ["chromium", "fonts-noto-cjk"];

/** A browser with a profile of its own. The caller closes it. Rejects with the package's name when there is none. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS });
}

/** Path of a Chromium on PATH; on Debian as root one is installed when there is none. */
async function findChromium(): Promise<string> {
  const found = await searchPath();
  if (found !== undefined) return found;
  if (await mayInstall()) {
    const run = promisify(execFile);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", ...DEBIAN_PACKAGES], { env });
    const installed = await searchPath();
    if (installed !== undefined) return installed;
  }
  throw new Error(`no Chromium on PATH: install ${DEBIAN_PACKAGES.join(" ")} (Debian), or Chrome elsewhere`);
}

async function searchPath(): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  for (const name of NAMES) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await answers(access(path, constants.X_OK))) return path;
    }
  }
  return undefined;
}

async function mayInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return answers(readFile("/etc/debian_version"));
}

function answers(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
