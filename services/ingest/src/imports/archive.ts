/**
 * Imports on disk: a folder each, `<data>/imports/<id>/`, with the record, the mapping it is read by, the file while it
 * is needed, and the rows that were rejected. What a process that died had begun is found here again.
 */
import { parseJson } from "@sanfen/service";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MappingDocument } from "../mapping/mapping.ts";
import { isFinished, type ImportRecord } from "./import.ts";

/** Finished imports beyond these are forgotten, the oldest first. */
const KEPT = 200;

export class Archive {
  readonly #directory: string;

  constructor(dataDir: string) {
    this.#directory = join(dataDir, "imports");
  }

  uploadFile(id: string): string {
    return join(this.#directory, id, "upload");
  }

  rejectsFile(id: string): string {
    return join(this.#directory, id, "rejects.csv");
  }

  /** Makes the folder of an import. Rejects as the file system does. */
  async create(id: string, mapping: MappingDocument): Promise<void> {
    await mkdir(join(this.#directory, id), { recursive: true });
    await writeDurably(join(this.#directory, id, "mapping.json"), mapping);
  }

  async store(record: ImportRecord): Promise<void> {
    await writeDurably(join(this.#directory, record.id, "import.json"), record);
  }

  async mappingOf(id: string): Promise<unknown> {
    const parsed = parseJson(await readFile(join(this.#directory, id, "mapping.json")));
    return "value" in parsed ? parsed.value : undefined;
  }

  async removeUpload(id: string): Promise<void> {
    await rm(this.uploadFile(id), { force: true });
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#directory, id), { recursive: true, force: true });
  }

  /** Every import, oldest first; folders without a readable record are what never got further, and go. */
  async load(): Promise<readonly ImportRecord[]> {
    await mkdir(this.#directory, { recursive: true });
    const records: ImportRecord[] = [];
    for (const id of (await readdir(this.#directory)).toSorted()) {
      const record = await this.#read(id);
      if (record) records.push(record);
      else await this.remove(id);
    }
    const finished = records.filter(isFinished);
    const forgotten = new Set(finished.slice(0, Math.max(0, finished.length - KEPT)).map(({ id }) => id));
    for (const id of forgotten) await this.remove(id);
    return records.filter(({ id }) => !forgotten.has(id));
  }

  async #read(id: string): Promise<ImportRecord | undefined> {
    try {
      const parsed = parseJson(await readFile(join(this.#directory, id, "import.json")));
      const record = "value" in parsed ? (parsed.value as ImportRecord) : undefined;
      return record?.id === id ? record : undefined;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** Whole and synced, or not at all: a reader never sees half of it, also after a power cut. */
async function writeDurably(file: string, document: unknown): Promise<void> {
  const half = `${file}.half`;
  const handle = await open(half, "w");
  try {
    await handle.writeFile(JSON.stringify(document));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, file);
}
