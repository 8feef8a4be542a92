import { checkSite, type Site } from "@sanfen/model";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseJson } from "./json.ts";

/** A site and where its files are: mappings named in it lie beside it. */
export interface LoadedSite {
  readonly site: Site;
  readonly directory: string;
}

/** Why a site cannot be used; the message names the file and each thing wrong with it. */
export class SiteError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SiteError";
  }
}

/** A word is the name of a site that ships; anything else (a dot, a slash) is a path. */
const NAME = /^[a-z][a-z0-9-]*$/;
/** More than one says at a time helps nobody. */
const SHOWN_PROBLEMS = 20;

/**
 * Reads and checks a site: one that ships with the model, by name, or the file at a path. Rejects with SiteError.
 */
export async function loadSite(nameOrPath: string): Promise<LoadedSite> {
  const shipped = fileURLToPath(new URL("../sites", import.meta.resolve("@sanfen/model")));
  const isName = NAME.test(nameOrPath);
  const file = isName ? join(shipped, nameOrPath, "site.json") : resolve(nameOrPath);
  const bytes = await readFile(file).catch(async (cause: unknown) => {
    const names = isName ? `; sites that ship: ${(await namesIn(shipped)).join(", ")}` : "";
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new SiteError(`cannot read the site ${nameOrPath}: ${file} (${reason})${names}`, { cause });
  });
  const parsed = parseJson(bytes);
  if ("fault" in parsed) throw new SiteError(`${file} is not JSON: ${parsed.fault.detail}`);
  const checked = checkSite(parsed.value);
  if ("problems" in checked) {
    const lines = checked.problems
      .slice(0, SHOWN_PROBLEMS)
      .map(({ pointer, detail }) => `  ${pointer || "/"}: ${detail}`);
    const more = checked.problems.length - lines.length;
    if (more > 0) lines.push(`  and ${more} more`);
    throw new SiteError(`${file} is not a site:\n${lines.join("\n")}`);
  }
  return { site: checked.site, directory: dirname(file) };
}

async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}
