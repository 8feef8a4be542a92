import { decodeBody } from "@sanfen/events";
import { LogError, type Log } from "@sanfen/log";
import { formatDay } from "@sanfen/model";
import { FACTS } from "@sanfen/stream";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { finishedImport, startInstallation, upload, type Installation } from "../testing/installation.ts";
import type { ImportRecord } from "./import.ts";
import { tableBytes } from "./inflate.ts";

const QUERY = { mapping: "chicago-inspections" };
const HEADER =
  "inspection_id,license,name,facility_type,risk,address,zip,ward,latitude,longitude,date,type,result,critical,serious,minor";

function row(id: number, change: Readonly<Record<string, string>> = {}): string {
  const cells: Record<string, string> = {
    inspection_id: String(id),
    license: String(1_000 + id),
    name: "DINER",
    facility_type: "Restaurant",
    risk: "Risk 1 (High)",
    address: "1 W MAIN ST",
    zip: "60609",
    ward: "11",
    latitude: "41.8",
    longitude: "-87.6",
    date: "2012-01-03",
    type: "Canvass",
    result: "Pass",
    critical: "0",
    serious: "0",
    minor: "0",
    ...change,
  };
  return HEADER.split(",")
    .map((name) => cells[name])
    .join(",");
}
const table = (...rows: readonly string[]): string => [HEADER, ...rows, ""].join("\n");

describe("POST /v1/imports", () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await startInstallation({ site: "chicago" });
  });
  afterAll(() => installation.stop());

  async function importOf(
    file: string | Uint8Array,
    query: Readonly<Record<string, string>> = QUERY,
  ): Promise<ImportRecord> {
    const { status, body } = await upload(installation, file, query);
    expect(status).toBe(202);
    return finishedImport(installation, body.id);
  }
  const rejectsOf = async (id: string): Promise<string> =>
    (await fetch(`${installation.address}/v1/imports/${id}/rejects`)).text();

  it.each([
    ["no mapping", {}, 422],
    ["a mapping that is not there", { mapping: "nothing" }, 422],
    ["an encoding that is not read", { ...QUERY, encoding: "latin1" }, 400],
    ["a parameter that is not known", { ...QUERY, maping: "x" }, 400],
  ])("refuses %s", async (_, query, status) => {
    expect(await upload(installation, table(row(1)), query as Record<string, string>)).toMatchObject({ status });
  });

  it("refuses what is no file", async () => {
    expect(await upload(installation, "x", QUERY, "text/css")).toMatchObject({ status: 415 });
  });

  it.each([
    ["without a boundary", "multipart/form-data", "x", 400],
    [
      "that breaks off",
      "multipart/form-data; boundary=b",
      '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx',
      400,
    ],
    [
      "whose file breaks off",
      "multipart/form-data; boundary=b",
      `--b\r\ncontent-disposition: form-data; name="a"; filename="a.csv"\r\n\r\n${table(row(1))}`,
      400,
    ],
  ])("refuses a form %s", async (_, type, body, status) => {
    const answer = await upload(installation, body, QUERY, type);
    expect(answer).toMatchObject({ status, body: { type: "urn:sanfen:problem:broken-form" } });
  });

  it("refuses a cursor that no list gave", async () => {
    const answer = await fetch(`${installation.address}/v1/imports?cursor=zz`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: "/query/cursor", code: "bad-cursor" }] });
  });

  it.each([
    ["nothing", "", "empty"],
    ["a header without a column that is needed", "inspection_id,license\n1,2\n", "missing-column"],
    ["UTF-16", Buffer.from(`\uFEFF${table(row(1))}`, "utf16le"), "utf-16"],
    ["a zip that is no table", Buffer.from("PK\u0003\u0004rest"), "broken-zip"],
  ])("fails on %s and says so", async (_, file, code) => {
    const before = (await installation.facts()).length;
    const failed = await importOf(file);
    expect(failed.state).toBe("failed");
    expect(failed.problems[0]?.code).toBe(code);
    expect(await installation.facts()).toHaveLength(before);
  });

  it("takes what is good of a file with every kind of mistake, and gives the rest back", async () => {
    const bad = Buffer.concat([
      Buffer.from(
        table(row(101), row(102, { date: "2012-13-01" }), row(103, { name: '"=EVIL(), ""x"""', result: "Maybe" })),
      ),
      Buffer.from(row(104, { name: "X" }).replace("X", "\u0001\u0002")).map((byte) => (byte < 3 ? 0xff : byte)),
      Buffer.from("\n"),
      Buffer.from(`${row(105, { address: `"${"y".repeat(100)}` })}\n${row(106)}\n${row(107, { ward: "77" })}\n`),
      Buffer.from(`${row(108, { name: "z".repeat(70_000) })}\n`),
      Buffer.from(row(109, { ward: "" })),
    ]);
    const done = await importOf(bad);
    expect(done).toMatchObject({ state: "done", rows: 9, accepted: 3, rejected: 6 });
    expect(done.problems.map(({ row, column, code }) => [row, column, code])).toEqual([
      [3, "date", "date"],
      [4, "result", "lookup"],
      [5, "name", "encoding"],
      [6, "", "open-quote"],
      [8, "ward", "region"],
      [9, "", "row-too-long"],
    ]);
    const ids = (await installation.facts()).map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(["chicago-inspections:101", "chicago-inspections:106", "chicago-inspections:109"]),
    );
    const rejects = await rejectsOf(done.id);
    expect(rejects).toContain(`"'=EVIL(), ""x"""`);
    expect(rejects.split("\r\n")[0]).toMatch(/minor,sanfen_row,sanfen_column,sanfen_reason$/);
    const mended = rejects.replace("2012-13-01", "2012-01-13").replace("Maybe", "Fail").replace(",77,", ",7,");
    expect(await importOf(mended)).toMatchObject({ accepted: 3, rejected: 3 });
    // Rows that could not be read are named there, but not repeated: what could be read of them is not what they say.
    expect(rejects).toMatch(/^,{16}5,name,.*row 5/m);
    expect(rejects).not.toContain("\uFFFD");
    const fixed = (await installation.facts()).filter(({ id }) => id === "chicago-inspections:103");
    expect(fixed.map((fact) => decodeBody(fact))).toMatchObject([{ value: { result: "fail" } }]);
    const names = (await installation.facts())
      .map((fact) => decodeBody(fact))
      .flatMap((body) => (body.name === "Registration" ? [body.value.name] : []));
    expect(names).toContain('=EVIL(), "x"');
  });

  it("refuses rows with more cells than the header, and again when they come back", async () => {
    const done = await importOf(table(row(110), row(111, { name: "DINER, INC" }), row(112, { critical: "-3" })));
    expect(done).toMatchObject({
      accepted: 1,
      rejected: 2,
      problems: [
        { row: 3, column: "", code: "cells" },
        { row: 4, column: "critical", code: "number" },
      ],
    });
    const again = await importOf(await rejectsOf(done.id));
    expect(again).toMatchObject({ accepted: 0, rejected: 2, problems: [{ code: "left-out" }, { code: "number" }] });
  });

  it("takes the rows before the place where a gzip breaks off", async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => row(10_000 + i, { name: `DINER ${(i * 7_919) % 10_007}` }));
    const whole = gzipSync(table(...rows));
    const done = await importOf(whole.subarray(0, whole.length >> 1));
    expect(done).toMatchObject({ state: "done", problems: [{ code: "broken-gzip" }] });
    expect(done.accepted).toBeGreaterThan(100);
    expect(done.accepted).toBeLessThan(3_000);
  });

  it("takes the rows before the place where a gzip grows without bound", async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(table(row(120), row(121))), Buffer.alloc(40 * 1_048_576, "a")]));
    expect(await importOf(bomb)).toMatchObject({
      state: "done",
      accepted: 2,
      problems: [
        { row: 4, code: "row-too-long" },
        { row: 5, code: "bomb", detail: expect.stringContaining("before") },
      ],
    });
    const ids = (await installation.facts()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["chicago-inspections:120", "chicago-inspections:121"]));
  });

  it("only looks through a file where that is asked for", async () => {
    const before = (await installation.facts()).length;
    expect(await importOf(table(row(201), row(202, { risk: "4" })), { ...QUERY, dryRun: "true" })).toMatchObject({
      state: "done",
      dryRun: true,
      accepted: 1,
      rejected: 1,
      appended: 0,
      after: null,
    });
    expect(await installation.facts()).toHaveLength(before);
  });

  it("registers an establishment once, and again where its name changes", async () => {
    const license = { license: "9000" };
    await importOf(
      table(
        row(303, { ...license, date: "2012-03-01", name: "B" }),
        row(301, { ...license, date: "2012-01-05", name: "A" }),
        row(302, { ...license, date: "2012-02-01", name: "A", ward: "" }),
        row(304, { ...license, date: "2012-04-01", name: "A" }),
      ),
    );
    const facts = (await installation.facts()).filter(({ subject }) => subject === "9000");
    const registered = facts
      .filter(({ kind }) => kind === "registration")
      .map(({ occurredOn }) => formatDay(occurredOn));
    expect(registered.toSorted()).toEqual(["2012-01-05", "2012-03-01", "2012-04-01"]);
    expect(facts.filter(({ region }) => region === "chicago")).toMatchObject([{ kind: "change" }]);
  });

  it("takes forms, with a mapping of the sender's own", async () => {
    const own = JSON.parse(
      await readFile(
        new URL("../../../../packages/model/sites/chicago/chicago-inspections.mapping.json", import.meta.url),
        "utf8",
      ),
    ) as object;
    const form = new FormData();
    form.set("mapping", JSON.stringify({ ...own, name: "own", source: "own" }));
    form.set("file", new Blob([table(row(401))]), "own.csv");
    const response = await fetch(`${installation.address}/v1/imports`, { method: "POST", body: form });
    const { id } = (await response.json()) as ImportRecord;
    expect(await finishedImport(installation, id)).toMatchObject({
      state: "done",
      mapping: "own",
      fileName: "own.csv",
      accepted: 1,
    });
  });

  it("lists imports, newest first, page by page", async () => {
    const first = (await (await fetch(`${installation.address}/v1/imports?limit=2`)).json()) as {
      items: ImportRecord[];
      next: string;
    };
    const second = (await (await fetch(`${installation.address}/v1/imports?limit=2&cursor=${first.next}`)).json()) as {
      items: ImportRecord[];
    };
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
  });

  it("keeps no upload of what has ended", async () => {
    const directory = join(installation.directory, "imports");
    for (const id of await readdir(directory)) expect(await readdir(join(directory, id))).not.toContain("upload");
  });

  it("gives a template that it takes itself", async () => {
    const template = await (await fetch(`${installation.address}/v1/mappings/chicago-inspections/template.csv`)).text();
    expect(await importOf(template, { ...QUERY, dryRun: "true" })).toMatchObject({
      state: "done",
      accepted: 1,
      rejected: 0,
    });
  });
});

describe("an import that is cut off", () => {
  let installation: Installation | undefined;
  afterEach(() => installation?.stop());

  it("goes on from its file after a restart, and waits for the log meanwhile", async () => {
    let broken = true;
    const first = await startInstallation({
      site: "chicago",
      log: (log) => withAppend(log, () => (broken ? new LogError("unavailable", "no") : undefined)),
    });
    installation = first;
    const { body } = await upload(first, table(row(1), row(2)), QUERY);
    await vi.waitFor(async () => {
      const record = (await (await fetch(`${first.address}/v1/imports/${body.id}`)).json()) as ImportRecord;
      expect(record).toMatchObject({ state: "running", appended: 0, waiting: expect.any(String) });
    });
    await first.halt();
    broken = false;
    installation = await startInstallation({ site: "chicago", directory: first.directory });
    expect(await finishedImport(installation, body.id)).toMatchObject({ state: "done", accepted: 2, appended: 4 });
    expect(await installation.facts()).toHaveLength(4);
  });

  it("is said to have failed where the upload itself was cut off", async () => {
    const first = await startInstallation({ site: "chicago" });
    installation = first;
    const { body } = await upload(first, table(row(1)), QUERY);
    const record = await finishedImport(first, body.id);
    await first.halt();
    const cut = "20200101T000000000-00000000";
    await mkdir(join(first.directory, "imports", cut));
    await writeFile(
      join(first.directory, "imports", cut, "import.json"),
      JSON.stringify({ ...record, id: cut, state: "receiving", finishedAt: null }),
    );
    installation = await startInstallation({ site: "chicago", directory: first.directory });
    expect(await finishedImport(installation, cut)).toMatchObject({ state: "failed", problems: [{ code: "cut-off" }] });
  });
});

describe("tableBytes", () => {
  it("bounds what comes out of a gzip by its size, too", async () => {
    const directory = await mkdtemp(join(tmpdir(), "sanfen-inflate-"));
    const file = join(directory, "file");
    await writeFile(file, gzipSync(table(row(1), row(2))));
    const limits = { bytes: 100, ratio: 1_000, freeBytes: 0 };
    const first = tableBytes(file, "gzip", () => {}, limits).next();
    await expect(first).rejects.toMatchObject({ problem: { code: "bomb" } });
    await rm(directory, { recursive: true });
  });
});

/** The log, but that appends of facts fail while there is an error. */
function withAppend(log: Log, error: () => Error | undefined): Log {
  return new Proxy(log, {
    get: (target, name) => {
      if (name !== "append") {
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? (member.bind(target) as unknown) : member;
      }
      return async (...given: Parameters<Log["append"]>) => {
        const found = given[0] === FACTS ? error() : undefined;
        if (found) throw found;
        return target.append(...given);
      };
    },
  });
}
