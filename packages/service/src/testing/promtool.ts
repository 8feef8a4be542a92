import { execFile } from "node:child_process";
import { access, constants, mkdir, readdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL("../../../../.cache/", import.meta.url));

/**
 * Path of `promtool`: on PATH, or in the repository's cache, where it is put from Debian's package `prometheus` if
 * this is Debian. Rejects with how to get it.
 */
export async function findPromtool(): Promise<string> {
  const cached = join(CACHE, "prometheus", "usr", "bin", "promtool");
  const places = [...(process.env["PATH"] ?? "").split(delimiter).map((place) => join(place, "promtool")), cached];
  for (const place of places) if (await isExecutable(place)) return place;
  try {
    await unpack();
  } catch (cause) {
    throw new Error("promtool is not on PATH and could not be had: install Debian's package prometheus", { cause });
  }
  return cached;
}

/** What promtool has to say against metrics in the text format; empty when nothing. */
export async function checkMetrics(text: string): Promise<string> {
  const promtool = await findPromtool();
  const checking = run(promtool, ["check", "metrics"]);
  checking.child.stdin?.end(text);
  try {
    const { stdout, stderr } = await checking;
    return stdout + stderr;
  } catch (error) {
    // It ends with another code than 0 when it finds something.
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (!stdout && !stderr) throw error;
    return `${stdout}${stderr}`;
  }
}

/** Unpacked without installing: root is not needed, and no server starts. */
async function unpack(): Promise<void> {
  // A directory of its own per process: two test runs may come here at once.
  const work = join(CACHE, `prometheus-${process.pid}`);
  await mkdir(work, { recursive: true });
  try {
    await run("apt-get", ["download", "prometheus"], { cwd: work }).catch(async () => {
      await run("apt-get", ["update"]);
      await run("apt-get", ["download", "prometheus"], { cwd: work });
    });
    const archive = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get downloaded nothing");
    await run("dpkg", ["-x", archive, "root"], { cwd: work });
    await rename(join(work, "root"), join(CACHE, "prometheus")).catch(async (error: unknown) => {
      // The other run was first.
      if (!(await isExecutable(join(CACHE, "prometheus", "usr", "bin", "promtool")))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
