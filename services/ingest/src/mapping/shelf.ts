/** The mappings of a site: files beside it, read once. */
import { loadSite, parseJson, SiteError } from "@sanfen/service";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readMapping } from "./check.ts";
import type { Mapping } from "./compile.ts";

/** By name, in the order in which the site lists them. */
export type Shelf = ReadonlyMap<string, Mapping>;

/** Reads every mapping that the site names. Rejects with SiteError, naming file and reason: a mistake in the site. */
export async function readShelf(siteName: string): Promise<Shelf> {
  const { site, directory } = await loadSite(siteName);
  const shelf = new Map<string, Mapping>();
  for (const name of site.mappings) {
    const file = join(directory, `${name}.mapping.json`);
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new SiteError(`cannot read the mapping ${name}: ${file}`, { cause });
    });
    const parsed = parseJson(bytes);
    if ("fault" in parsed) throw new SiteError(`${file} is not JSON: ${parsed.fault.detail}`);
    const read = readMapping(parsed.value);
    if ("problems" in read) {
      const lines = read.problems.map(({ pointer, detail }) => `  ${pointer || "/"}: ${detail}`);
      throw new SiteError(`${file} is not a mapping:\n${lines.join("\n")}`);
    }
    if (read.mapping.document.name !== name) {
      throw new SiteError(`${file} holds a mapping named ${read.mapping.document.name}`);
    }
    shelf.set(name, read.mapping);
  }
  return shelf;
}
