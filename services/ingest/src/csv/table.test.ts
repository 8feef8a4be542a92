import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Encoding } from "./parse.ts";
import { readTable, TABLE_LIMITS, type TableRow } from "./table.ts";
import { csvLine, REJECT_COLUMNS } from "./write.ts";

async function* once(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function rowsOf(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding = "utf-8",
  limits = TABLE_LIMITS,
): Promise<TableRow[]> {
  const table = await readTable(source, encoding, limits);
  if ("code" in table) throw new Error(`${table.code}: ${table.detail}`);
  const rows: TableRow[] = [];
  for await (const batch of table.rows) rows.push(...batch);
  return rows;
}

describe("readTable", () => {
  it.each([
    ["nothing", Buffer.alloc(0), "empty"],
    ["UTF-16", Buffer.from("\uFEFFa,b\n1,2\n", "utf16le"), "utf-16"],
    ["a header in another encoding", Buffer.from([0xc6, 0xf3, 0xd2, 0xb5, 0x0a]), "header"],
  ])("says that there is no table in %s", async (_, bytes, code) => {
    expect(await readTable(once(bytes), "utf-8")).toMatchObject({ code });
  });

  it("names row and column of bytes in another encoding, and reads the other rows", async () => {
    const bad = Buffer.concat([Buffer.from("1,"), Buffer.from([0xc6, 0xf3]), Buffer.from("\n")]);
    const rows = await rowsOf(once("id,name\n", bad, "2,企业\n"));
    expect(rows).toMatchObject([
      { row: 2, column: "name", code: "encoding" },
      { row: 3, cells: ["2", "企业"] },
    ]);
  });

  it("reads GB 18030 where that is declared", async () => {
    const bytes = Buffer.from([0xc3, 0xfb, 0xb3, 0xc6, 0x0a, 0xc6, 0xf3, 0xd2, 0xb5, 0x0a]);
    const table = await readTable(once(bytes), "gb18030");
    if ("code" in table) throw new Error(table.detail);
    expect(table.header).toEqual(["名称"]);
    for await (const rows of table.rows) expect(rows).toEqual([{ row: 2, cells: ["企业"] }]);
  });

  it("refuses rows of too many cells and cells that are too long", async () => {
    const limits = { ...TABLE_LIMITS, cells: 3, cellCharacters: 5 };
    expect(await rowsOf(once("a,b\n1,2,3,4\n1,2,3\n1,123456\n1,2\n1\n"), "utf-8", limits)).toMatchObject([
      { row: 2, code: "cells", column: "" },
      { row: 3, code: "cells", column: "", detail: expect.stringContaining("3 cells") },
      { row: 4, code: "cell-too-long", column: "b" },
      { row: 5, cells: ["1", "2"] },
      { row: 6, cells: ["1"] },
    ]);
  });

  it("passes over the byte order mark, empty rows and rows of empty cells", async () => {
    expect(await rowsOf(once("\uFEFFa,b\r\n\r\n,\r\n1,2\r\n"))).toEqual([{ row: 4, cells: ["1", "2"] }]);
  });

  it("reads back the cells that were escaped in a file of rejects", async () => {
    const cells = ["-87.6", "=1+1", "@x", "'-a", 'a"b,c\nd'];
    const source = once(csvLine(["a", "b", "c", "d", "e", ...REJECT_COLUMNS]), csvLine([...cells, "2", "", "why"]));
    const [row] = await rowsOf(source);
    expect(row?.cells.slice(0, 3)).toEqual(cells.slice(0, 3));
    expect(row?.cells[4]).toBe(cells[4]);
  });

  it("refuses a row of a file of rejects that was left out of it", async () => {
    const header = csvLine(["a", "b", ...REJECT_COLUMNS]);
    expect(await rowsOf(once(header, csvLine(["", " ", "7", "", "why"])))).toMatchObject([
      { row: 2, code: "left-out", column: "", detail: expect.stringContaining("row 7") },
    ]);
  });

  it("gives the same rows however the bytes come", async () => {
    const text = 'id,name\n1,"甲,\n乙"\n2,丙\n"3",丁"\n4,"open\n5,戊';
    const whole = await rowsOf(once(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (sizes) => {
        const bytes = Buffer.from(text);
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(await rowsOf(once(...chunks))).toEqual(whole);
      }),
    );
    expect(whole).toMatchObject([
      { row: 2, cells: ["1", "甲,\n乙"] },
      { row: 3 },
      { row: 4, cells: ["3", '丁"'] },
      { row: 5, code: "open-quote" },
      { row: 6, cells: ["5", "戊"] },
    ]);
  });
});
