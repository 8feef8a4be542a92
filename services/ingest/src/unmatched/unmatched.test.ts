import { decodeBody } from "@sanfen/events";
import { makeUscc } from "@sanfen/model";
import writeExcelFile from "write-excel-file/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ImportRecord } from "../imports/import.ts";
import { finishedImport, startInstallation, upload, type Installation } from "../testing/installation.ts";

const [CABLE, TWIN_A, TWIN_B, SHOP] = [1, 2, 3, 4].map((serial) => makeUscc("9", "1", "330402", serial)) as [
  string,
  string,
  string,
  string,
];
const REGISTER = [
  "统一社会信用代码,企业名称,地址,区域代码,日期,类型",
  `${CABLE},嘉兴示例电缆有限公司,浙江省嘉兴市南湖区一路1号,330402,2020-01-02,生产`,
  `${TWIN_A},双子五金有限公司,嘉兴市南湖区二路2号,330402,2020-01-02,销售`,
  `${TWIN_B},双子五金有限公司,嘉兴市秀洲区三路3号,330411,2020-01-02,销售`,
  `${SHOP},海风商行,嘉兴市南湖区四路4号,330402,2020/1/2,销售`,
  "91350100M000100Y4Z,错码有限公司,嘉兴市,3304,2020-01-02,生产",
].join("\n");
const BULLETIN_HEADER =
  "样品编号,抽样日期,标称生产企业名称,标称生产企业地址,被抽样单位名称,被抽样单位地址,产品名称,不合格项目║检验结果║标准值";

interface Item {
  readonly id: string;
  readonly row: number;
  readonly role: string;
  readonly name: string;
  readonly state: string;
  readonly subject: string | null;
  readonly lastCommand: string | null;
  readonly placed: boolean;
  readonly candidates: readonly { readonly subject: string; readonly similarity: number }[];
}

describe("a bulletin that names firms without codes", () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await startInstallation();
    const { body } = await upload(installation, REGISTER, { mapping: "enterprise-register" });
    expect(await finishedImport(installation, body.id)).toMatchObject({
      accepted: 4,
      rejected: 1,
      problems: [{ row: 6, code: "enterprise-id" }],
    });
  });
  afterAll(() => installation.stop());

  async function bulletin(...rows: readonly string[]): Promise<ImportRecord> {
    const { body } = await upload(installation, [BULLETIN_HEADER, ...rows].join("\n"), {
      mapping: "sampling-bulletin",
    });
    return finishedImport(installation, body.id);
  }
  async function list(state?: string): Promise<readonly Item[]> {
    const response = await fetch(`${installation.address}/v1/unmatched${state ? `?state=${state}` : ""}`);
    return ((await response.json()) as { items: Item[] }).items;
  }
  async function resolve(id: string, body: object): Promise<{ status: number; body: Item & { reason?: string } }> {
    const response = await fetch(`${installation.address}/v1/unmatched/${id}/resolve`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Item };
  }
  const factsOf = async (sample: string): Promise<{ id: string; subject: string; result: unknown }[]> =>
    (await installation.facts())
      .filter((fact) => fact.sample === sample)
      .map((fact) => {
        const body = decodeBody(fact);
        return { id: fact.id, subject: fact.subject, result: body.name === "Inspection" ? body.value.result : null };
      });

  it.each(["none", "0".repeat(24), "%00"])("knows no item %s", async (id) => {
    expect(await fetch(`${installation.address}/v1/unmatched/${id}`)).toMatchObject({ status: 404 });
    expect(await resolve(id, { actor: "u1", expected: null, subject: CABLE })).toMatchObject({ status: 404 });
  });

  it("gives a fact a role where both are found, however the name was typed", async () => {
    const done = await bulletin(
      "S1,2026-03-01,嘉兴示例电缆有限责任公司,x,海风商行（个体工商户）,y,电线,导体电阻║8.21║≤7.41;厚度║0.5║≥0.6",
    );
    expect(done).toMatchObject({ state: "done", accepted: 1, appended: 2, unmatched: 0 });
    expect(await factsOf("S1")).toEqual(
      expect.arrayContaining([
        { id: "sampling-bulletin:S1/maker", subject: CABLE, result: "fail" },
        { id: "sampling-bulletin:S1/seller", subject: SHOP, result: "fail" },
      ]),
    );
  });

  it("tells two firms of one name apart by address, and leaves them to a person where it cannot", async () => {
    expect(
      await bulletin(
        "S2,2026-03-01,/,/,双子五金有限公司,浙江省嘉兴市秀洲区三路3号,钉子,",
        "S3,2026-03-01,/,/,双子五金有限公司,别处,钉子,",
      ),
    ).toMatchObject({ appended: 1, unmatched: 1 });
    expect(await factsOf("S2")).toEqual([{ id: "sampling-bulletin:S2/seller", subject: TWIN_B, result: "pass" }]);
    await vi.waitFor(async () => expect(await list("open")).toHaveLength(1));
    const [item] = await list("open");
    expect(item).toMatchObject({ row: 3, role: "seller", name: "双子五金有限公司", state: "open", lastCommand: null });
    expect(item!.candidates.slice(0, 2)).toMatchObject([
      { subject: TWIN_A, similarity: 1 },
      { subject: TWIN_B, similarity: 1 },
    ]);
  });

  it("refuses a decision for what is no identifier, no item, or was read before another decision", async () => {
    const [item] = await list("open");
    expect(await resolve(item!.id, { actor: "u1", expected: null, subject: "1" })).toMatchObject({ status: 422 });
    expect(await resolve("0".repeat(24), { actor: "u1", expected: null, subject: TWIN_A })).toMatchObject({
      status: 404,
    });
    expect(await resolve(item!.id, { actor: "u1", expected: "x", subject: TWIN_A })).toMatchObject({
      status: 409,
      body: { reason: "changed-meanwhile" },
    });
    expect(await factsOf("S3")).toEqual([]);
  });

  it("takes the decision of the first of two, and puts the fact in once", async () => {
    const [item] = await list("open");
    const answers = await Promise.all(
      [TWIN_A, TWIN_B].map((subject, i) =>
        resolve(item!.id, { actor: `u${i}`, expected: null, subject, id: `decision-${i}` }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200)!.body;
    await vi.waitFor(async () => expect(await list("matched")).toMatchObject([{ placed: true }]), { timeout: 5_000 });
    expect(await factsOf("S3")).toEqual([
      { id: "sampling-bulletin:S3/seller", subject: winner.subject, result: "pass" },
    ]);
    const again = await resolve(item!.id, {
      actor: "u0",
      expected: null,
      subject: TWIN_A,
      id: answers[0]!.status === 200 ? "decision-0" : "decision-1",
    });
    expect(again).toMatchObject({ status: 200, body: { subject: winner.subject } });
  });

  it("leaves to the person's decision what was decided, when the bulletin comes again", async () => {
    const before = await installation.facts();
    expect(await bulletin("S3,2026-03-01,/,/,双子五金有限公司,嘉兴市南湖区二路2号,钉子,")).toMatchObject({
      appended: 0,
      unmatched: 1,
    });
    expect(await installation.facts()).toHaveLength(before.length);
    expect(await list("open")).toEqual([]);
  });

  it("takes no fact in for a firm that is none of ours", async () => {
    await bulletin("S4,2026-03-01,外地某某厂,外地,海风商行,y,灯,");
    await vi.waitFor(async () => expect(await list("open")).toHaveLength(1));
    const [item] = await list("open");
    expect(await resolve(item!.id, { actor: "u1", expected: null, subject: null })).toMatchObject({
      status: 200,
      body: { state: "dismissed" },
    });
    expect((await factsOf("S4")).map(({ id }) => id)).toEqual(["sampling-bulletin:S4/seller"]);
  });

  it("reads the same from a workbook, dates and numbers included", async () => {
    const header = BULLETIN_HEADER.split(",").map((value) => ({ value, type: String }));
    const cells = [
      { value: 2_026_000_117, type: Number },
      { value: new Date(Date.UTC(2026, 2, 5)), type: Date, format: "yyyy/mm/dd" },
      ...["嘉兴示例电缆有限公司", "x", "海风商行", "y", "电线", ""].map((value) => ({ value, type: String })),
    ];
    const workbook = await writeExcelFile([header, cells] as never).toBuffer();
    const { body } = await upload(installation, workbook, { mapping: "sampling-bulletin" });
    expect(await finishedImport(installation, body.id)).toMatchObject({ state: "done", accepted: 1, rejected: 0 });
    const facts = (await installation.facts()).filter(({ sample }) => sample === "2026000117");
    expect(facts.map(({ occurredOn }) => new Date(occurredOn * 86_400_000).toISOString().slice(0, 10))).toEqual([
      "2026-03-05",
      "2026-03-05",
    ]);
  });
});
