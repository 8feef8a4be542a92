/** Tables that are no facts: a catalogue, a roster; and the templates of all. */
import { makeUscc } from "@sanfen/model";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ImportRecord } from "../imports/import.ts";
import { finishedImport, startInstallation, upload, type Installation } from "../testing/installation.ts";

describe("tables of a site", () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation.stop());

  async function importOf(file: string, query: Readonly<Record<string, string>>): Promise<ImportRecord> {
    const { body } = await upload(installation, file, query);
    return finishedImport(installation, body.id);
  }
  const catalogues = async (): Promise<unknown[]> =>
    (await installation.controls())
      .filter(({ kind }) => kind === "catalogue")
      .map(({ document }) => JSON.parse(document!) as unknown);

  it("have templates that they take themselves", async () => {
    const response = await fetch(`${installation.address}/v1/mappings`);
    const { items } = (await response.json()) as { items: { name: string; template: string }[] };
    expect(items.map(({ name }) => name)).toEqual([
      "enterprise-register",
      "sampling-bulletin",
      "product-catalogue",
      "officer-roster",
    ]);
    for (const { name, template } of items) {
      const file = await (await fetch(installation.address + template)).text();
      expect(await importOf(file, { mapping: name, dryRun: "true" })).toMatchObject({
        state: "done",
        accepted: 1,
        rejected: 0,
      });
    }
    expect(await catalogues()).toHaveLength(1);
  });

  it("make a catalogue of the good rows, by which facts are held from then on, also after a restart", async () => {
    const file = "代码,名称,风险等级\nt1,甲,高\nt1,乙,中\nt2,丙,极高\n,丁,低\nt3,戊,low\n";
    expect(await importOf(file, { mapping: "product-catalogue" })).toMatchObject({
      accepted: 2,
      rejected: 3,
      problems: [
        { row: 3, code: "duplicate" },
        { row: 4, column: "风险等级", code: "lookup" },
        { row: 5, code: "missing" },
      ],
    });
    const latest = [
      { code: "t1", name: { zh: "甲", en: "甲" }, tier: "high" },
      { code: "t3", name: { zh: "戊", en: "戊" }, tier: "low" },
    ];
    expect((await catalogues()).at(-1)).toEqual(latest);
    const send = async (product: string): Promise<number> => {
      const fact = {
        id: `p-${product}`,
        subject: makeUscc("9", "1", "330402", 1),
        kind: "product_listed",
        occurredOn: "2026-01-01",
        source: "t",
        product,
        body: {},
      };
      const response = await fetch(`${installation.address}/v1/facts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fact),
      });
      return response.status;
    };
    expect([await send("t3"), await send("t2")]).toEqual([202, 422]);
    await installation.halt();
    installation = await startInstallation({ directory: installation.directory });
    await vi.waitFor(async () => expect((await installation.server.readiness()).reasons).toEqual([]));
    expect([await send("t3"), await send("t2")]).toEqual([202, 422]);
    expect((await catalogues()).at(-1)).toEqual(latest);
  });

  it("make a roster, of which the latest holds", async () => {
    const header = "编号,区域代码,岗位,在岗,姓名";
    expect(
      await importOf(`${header}\nA1,330402,网格,是,甲\nA2,330402,网格,是,乙\n张三,330402,,,\nA3,9999,,,`, {
        mapping: "officer-roster",
      }),
    ).toMatchObject({
      accepted: 2,
      rejected: 2,
      problems: [
        { row: 4, code: "officer-id" },
        { row: 5, code: "region" },
      ],
    });
    await importOf(`${header}\nA2,330402,网格,否,乙\n`, { mapping: "officer-roster" });
    await vi.waitFor(
      async () => {
        const response = await fetch(`${installation.address}/v1/officers?region=330402`);
        expect(await response.json()).toEqual({
          items: [{ id: "A1", region: "330402", workplace: null, post: "网格", active: true }],
        });
      },
      { timeout: 5_000 },
    );
  });
});
