import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSite } from "./load-site.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sanfen-site-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test("a name that does not ship: the file and those that do", async () => {
  await expect(loadSite("atlantis")).rejects.toThrow(/atlantis.*site\.json \(ENOENT\); sites that ship: .*jiaxing/);
});

test("a path where nothing is", async () => {
  await expect(loadSite("./nowhere.json")).rejects.toThrow(/nowhere\.json \(ENOENT\)$/);
});

test("a directory", async () => {
  await expect(loadSite(`${directory}/`)).rejects.toThrow("(EISDIR)");
});

test("a file that is no JSON", async () => {
  const path = await file("broken.json", "{");
  await expect(loadSite(path)).rejects.toThrow(`${path} is not JSON: `);
});

test("a document that is no site: each place", async () => {
  const path = await file("other.json", '{"name": "x", "zone": "Mars/Olympus"}');
  await expect(loadSite(path)).rejects.toThrow(`${path} is not a site:\n`);
  await expect(loadSite(path)).rejects.toThrow(/ {2}\/zone: /);
  await expect(loadSite(path)).rejects.toThrow('has no "regions"');
});

test("a site that ships, and the same by its path", async () => {
  const shipped = await loadSite("jiaxing");
  expect(shipped.site.name).toBe("jiaxing");
  expect(basename(shipped.directory)).toBe("jiaxing");
  expect(await loadSite(join(shipped.directory, "site.json"))).toEqual(shipped);
});
