/** All imports of a process: one runs at a time, the others wait; what a process that died had begun goes on. */
import { dayInZone, type Product } from "@sanfen/model";
import { encodeAfter, type Platform } from "@sanfen/service";
import { StoreError } from "@sanfen/store";
import { FACTS } from "@sanfen/stream";
import { productCheck, publishCatalogue } from "../catalogue/catalogue.ts";
import { untilDone, type Retry } from "../clock/retry.ts";
import { readTable, type Table } from "../csv/table.ts";
import type { DoorKeeper } from "../door.ts";
import { readMapping } from "../mapping/check.ts";
import type { MappingDocument } from "../mapping/mapping.ts";
import { OFFICER_PREFIX, officerCheck } from "../officers/officers.ts";
import { appendDays } from "./append.ts";
import type { Archive } from "./archive.ts";
import { appendCauses, type Cause } from "./causes.ts";
import { begunAgain, faultOf, ImportFault, isFinished, type ImportProblem, type ImportRecord } from "./import.ts";
import { formOf, tableBytes } from "./inflate.ts";
import { placeNamed } from "./named.ts";
import { readRegister } from "../register/read-register.ts";
import { sortRows, type Sorted } from "./sort.ts";
import { readSheet } from "../xlsx/sheet.ts";

export class ImportQueue {
  readonly #platform: Platform;
  readonly #archive: Archive;
  readonly #door: DoorKeeper;
  readonly #records = new Map<string, ImportRecord>();
  readonly #waiting: string[] = [];
  readonly #ended = new AbortController();
  #working: Promise<void> | undefined;
  #begun = false;

  constructor(platform: Platform, archive: Archive, door: DoorKeeper) {
    this.#platform = platform;
    this.#door = door;
    this.#archive = archive;
  }

  /** Newest first. */
  get list(): readonly ImportRecord[] {
    return [...this.#records.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  get(id: string): ImportRecord | undefined {
    return this.#records.get(id);
  }

  /** Imports that are not finished. */
  get open(): number {
    return this.list.filter((record) => !isFinished(record)).length;
  }

  /** Reads what earlier processes left; before anything is announced. Rejects as the file system does. */
  async load(): Promise<void> {
    for (const record of await this.#archive.load()) {
      if (isFinished(record)) {
        this.#records.set(record.id, record);
      } else if (record.state === "receiving") {
        const problems = [problemOf("cut-off", "the upload was cut off; send the file again")];
        await this.#finish({ ...record, problems }, "failed");
      } else {
        await this.enqueue(begunAgain(record));
      }
    }
  }

  /** Begins to work: on what was cut off first. */
  begin(): void {
    this.#begun = true;
    this.#wake();
  }

  /** What is received: shown, but not run yet. */
  async announce(record: ImportRecord): Promise<void> {
    this.#records.set(record.id, record);
    await this.#archive.store(record);
  }

  /** Its file is there, whole: runs when those before it have ended. Durable when it resolves. */
  async enqueue(record: ImportRecord): Promise<void> {
    await this.announce(record);
    this.#waiting.push(record.id);
    this.#wake();
  }

  /** Forgets one that was never received whole. */
  async discard(id: string): Promise<void> {
    this.#records.delete(id);
    await this.#archive.remove(id);
  }

  /** Lets go of what is running: it is taken up again from its file. */
  async stop(): Promise<void> {
    this.#ended.abort(new Error("the imports were stopped"));
    await this.#working;
  }

  #wake(): void {
    if (!this.#begun || this.#working || this.#waiting.length === 0 || this.#ended.signal.aborted) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      // One that came while the last was ending.
      this.#wake();
    });
  }

  async #work(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      if (this.#ended.signal.aborted) return;
      try {
        await this.#run(id);
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        await this.#fail(id, error);
      }
    }
  }

  async #run(id: string): Promise<void> {
    const { site, clock, config, metrics } = this.#platform;
    const record = this.#records.get(id)!;
    const read = readMapping(await this.#archive.mappingOf(id));
    if ("problems" in read) throw faultOf("mapping", "the mapping cannot be read any more");
    await untilDone(() => this.#door.refresh(), this.#retry(id));
    const door = this.#door.at(clock());
    const sorted = await sortRows({
      table: await this.#tableOf(record),
      mapping: read.mapping,
      door,
      checkRecord: read.mapping.document.product ? productCheck(site) : officerCheck(door),
      partitions: config.partitions,
      rejectsFile: this.#archive.rejectsFile(id),
      signal: this.#ended.signal,
      progress: (counted) => this.#update(id, { ...counted, problems: [...counted.problems] }),
    });
    metrics.facts.inc({ kind: "unknown", result: "rejected" }, sorted.counts.rejected);
    const waiting = sorted.named.length > 0 ? await this.#match(id, sorted) : [];
    if (!record.dryRun) {
      this.#update(id, { state: "running" });
      await this.#append(id, sorted, [...waiting, ...officersOf(id, read.mapping.document, sorted)]);
      if (read.mapping.document.product) await this.#publish(id, sorted);
    }
    await this.#finish(this.#records.get(id)!, "done");
  }

  /** Finds the enterprises that are only named; answers the facts for which there is none. */
  async #match(id: string, { named, days }: Sorted): Promise<readonly Cause[]> {
    const { store } = this.#platform;
    const retry = this.#retry(id);
    const register = await untilDone(async () => {
      const found = await readRegister(this.#platform);
      if (!found) throw new StoreError("unavailable", "the register is not up to date yet");
      return found;
    }, retry);
    const ports = { register, store, importId: id };
    const { waiting, known } = await placeNamed(named, ports, days);
    this.#update(id, { unmatched: waiting.length + known });
    return waiting;
  }

  async #publish(id: string, { records }: Sorted): Promise<void> {
    const products = records.map(({ record }) => record as object as Product);
    if (products.length === 0) return;
    await untilDone(() => publishCatalogue(this.#platform.log, products), this.#retry(id));
    await untilDone(() => this.#door.refresh(), this.#retry(id));
  }

  async #append(id: string, { days }: Sorted, causes: readonly Cause[]): Promise<void> {
    const { site, log, metrics, clock, config } = this.#platform;
    const retry = this.#retry(id);
    const instant = clock();
    const at = { instant, day: dayInZone(instant, site.zone), partitions: config.partitions };
    await untilDone(() => appendCauses(log, causes, at), retry);
    await appendDays({
      days,
      log,
      metrics,
      site,
      retry,
      progress: (appended, last) =>
        this.#update(id, { appended, after: encodeAfter({ [FACTS]: Object.fromEntries(last) }) }),
    });
  }

  #retry(id: string): Retry {
    return {
      signal: this.#ended.signal,
      waiting: (error) => {
        this.#update(id, { waiting: error === null ? null : "log or store does not answer; trying again" });
        if (error) this.#platform.logger.warn({ err: error, import: id }, "an import waits");
      },
    };
  }

  async #tableOf({ id, encoding }: ImportRecord): Promise<Table> {
    const file = this.#archive.uploadFile(id);
    const form = await formOf(file);
    const table =
      form === "zip"
        ? await readSheet(file)
        : await readTable(
            tableBytes(file, form, (bytesRead) => this.#update(id, { bytesRead })),
            encoding,
          );
    if ("code" in table) throw faultOf(table.code, table.detail, 1);
    return table;
  }

  async #fail(id: string, error: unknown): Promise<void> {
    const record = this.#records.get(id)!;
    const problem = error instanceof ImportFault ? error.problem : problemOfSystem(error);
    if (!(error instanceof ImportFault)) this.#platform.logger.error({ err: error, import: id }, "an import failed");
    await this.#finish({ ...record, problems: [problem, ...record.problems] }, "failed").catch((cause: unknown) => {
      this.#platform.logger.error({ err: cause, import: id }, "the end of an import could not be stored");
    });
  }

  async #finish(record: ImportRecord, state: "done" | "failed"): Promise<void> {
    const finishedAt = new Date(this.#platform.clock()).toISOString();
    const ended = { ...record, state, finishedAt, waiting: null };
    this.#records.set(record.id, ended);
    await this.#archive.store(ended);
    await this.#archive.removeUpload(record.id);
  }

  #update(id: string, change: Partial<ImportRecord>): void {
    // In memory alone: an import that is cut off begins anew, so nobody needs to know later how far it was.
    this.#records.set(id, { ...this.#records.get(id)!, ...change });
  }
}

/** The rows of a roster, each to an object of its own. */
function officersOf(id: string, { officer }: MappingDocument, { records }: Sorted): readonly Cause[] {
  if (!officer) return [];
  return records.map(({ row, record }) => ({
    id: `roster-${id}-${row}`,
    object: `${OFFICER_PREFIX}${record["id"] as string}`,
    document: record,
  }));
}

function problemOf(code: string, detail: string): ImportProblem {
  return { row: 0, column: "", code, detail };
}

/** What the file system or the log said, without paths or addresses. */
function problemOfSystem(error: unknown): ImportProblem {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC")
    return problemOf("disk-full", "there is no room on the disk; make some and send the file again");
  return problemOf("internal", `something went wrong here${code === "" ? "" : ` (${code})`}; it was recorded`);
}
