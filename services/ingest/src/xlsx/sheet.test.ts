import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import writeExcelFile from "write-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableRow } from "../csv/table.ts";
import { readSheet } from "./sheet.ts";

describe("readSheet", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "sanfen-sheet-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function workbook(rows: readonly (readonly (string | number | Date)[])[]): Promise<string> {
    const cells = rows.map((row) =>
      row.map((value) => ({
        value,
        type: typeof value === "string" ? String : typeof value === "number" ? Number : Date,
        ...(value instanceof Date && { format: "yyyy-mm-dd" }),
      })),
    );
    const file = join(directory, "book.xlsx");
    await writeFile(file, await writeExcelFile(cells as never).toBuffer());
    return file;
  }

  it.each([
    ["a zip that breaks off", Buffer.from("PK\u0003\u0004 and no more"), "broken-zip"],
    ["nothing", Buffer.alloc(0), "broken-zip"],
  ])("refuses %s", async (_, bytes, code) => {
    const file = join(directory, "bad.xlsx");
    await writeFile(file, bytes);
    expect(await readSheet(file)).toMatchObject({ code });
  });

  it("refuses a workbook that grows beyond its bounds, or has too many parts, before it is read", async () => {
    const file = await workbook(Array.from({ length: 2_000 }, () => ["the same text again and again", 1]));
    expect(await readSheet(file, { entries: 1_000, bytes: 10_000 })).toMatchObject({ code: "bomb" });
    expect(await readSheet(file, { entries: 2, bytes: 10_000_000 })).toMatchObject({ code: "bomb" });
  });

  it("gives texts, numbers as they are written, and dates", async () => {
    const table = await readSheet(
      await workbook([
        ["id", "day", "n"],
        ["甲", new Date(Date.UTC(2024, 1, 29)), 12_345_678],
        [" ", "", ""],
        ["乙", "", 0.5],
      ] as never),
    );
    if ("code" in table) throw new Error(table.detail);
    const rows: TableRow[] = [];
    for await (const batch of table.rows) rows.push(...batch);
    expect(table.header).toEqual(["id", "day", "n"]);
    expect(rows).toEqual([
      { row: 2, cells: ["甲", "2024-02-29", "12345678"] },
      { row: 4, cells: ["乙", "", "0.5"] },
    ]);
  });
});
