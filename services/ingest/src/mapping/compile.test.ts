import { decodeBody, type Door } from "@sanfen/events";
import { formatDay, parseDay } from "@sanfen/model";
import { describe, expect, it } from "vitest";
import { readMapping } from "./check.ts";
import type { MappedOutcome } from "./compile.ts";

const DOOR: Door = {
  isKnownRegion: (code) => /^r(\/[12])?$/.test(code),
  whyNotEnterpriseId: (id) => (id === "bad" ? "is bad" : undefined),
  today: parseDay("2026-11-20")!,
  recordedAt: 0,
};

function mapping(fact: object, more: object = {}): object {
  return {
    name: "test",
    title: { zh: "测试", en: "test" },
    source: "test",
    columns: {
      id: {},
      firm: { aliases: ["企业 名称"] },
      ward: { optional: true },
      day: {},
      result: {},
      count: { optional: true },
    },
    facts: [
      {
        name: "inspection",
        fact: {
          id: "t:{id}",
          subject: "{firm}",
          kind: "inspection",
          occurredOn: { column: "day", as: "date", formats: ["YYYY-MM-DD", "D.M.YYYY"] },
          region: "r/{ward}",
          body: { result: { column: "result", lookup: { Pass: "pass", "Fail ": "fail" } } },
          ...fact,
        },
      },
    ],
    ...more,
  };
}

function read(document: object, header: readonly string[], cells: readonly string[]): MappedOutcome {
  const compiled = readMapping(document);
  if ("problems" in compiled) throw new Error(JSON.stringify(compiled.problems));
  const bound = compiled.mapping.bind(header, DOOR);
  if ("problems" in bound) throw new Error(JSON.stringify(bound.problems));
  return bound.read(cells);
}

const HEADER = ["day", "企业名称", "ID", "result", "ward"];

describe("a mapping is refused", () => {
  it.each([
    ["without facts", mapping({}, { facts: [] }), "/facts"],
    ["with a misspelt member", mapping({}, { skipwhen: {} }), ""],
    ["with a column that it does not list", mapping({ sample: "{sampel}" }), "/facts/0"],
    [
      "with a format that is none",
      mapping({ occurredOn: { column: "day", as: "date", formats: ["YYYY"] } }),
      "/facts/0",
    ],
    ["with a condition of no known form", mapping({}, { skipWhen: { column: "id", is: "1" } }), "/skipWhen"],
  ])("%s", (_, document, pointer) => {
    const result = readMapping(document);
    if ("mapping" in result) throw new Error("it was taken");
    expect(result.problems.map((problem) => problem.pointer)).toContain(pointer);
  });
});

describe("a header", () => {
  it("that lacks a column is refused with its name and what there is", () => {
    const compiled = readMapping(mapping({}));
    if ("problems" in compiled) throw new Error("refused");
    expect(compiled.mapping.bind(["day", "firm", "resultat"], DOOR)).toMatchObject({
      problems: [
        { column: "id", code: "missing-column", detail: expect.stringContaining('"resultat"') },
        { column: "result", code: "missing-column" },
      ],
    });
  });

  it("that has a column twice is refused where the column is read", () => {
    const compiled = readMapping(mapping({}));
    if ("problems" in compiled) throw new Error("refused");
    expect("problems" in compiled.mapping.bind([...HEADER, "day"], DOOR)).toBe(true);
    expect("read" in compiled.mapping.bind([...HEADER, "note", "note"], DOOR)).toBe(true);
  });
});

describe("a row", () => {
  it("becomes a fact, whatever the order, width and case of the columns", () => {
    const outcome = read(mapping({}), HEADER, ["5.3.2026", " 甲 ", "7", "ＰＡＳＳ", "2"]);
    if (!("facts" in outcome)) throw new Error(JSON.stringify(outcome));
    const [{ fact } = { fact: undefined }] = outcome.facts;
    expect(fact).toMatchObject({ id: "t:7", subject: "甲", region: "r/2", source: "test", kind: "inspection" });
    expect(formatDay(fact!.occurredOn)).toBe("2026-03-05");
    expect(decodeBody(fact!)).toMatchObject({ value: { result: "pass" } });
  });

  it("has no value where a cell of a template is empty", () => {
    const outcome = read(mapping({}), HEADER, ["2026-03-05", "甲", "7", "fail"]);
    expect(outcome).toMatchObject({ facts: [{ fact: { region: null } }] });
  });

  it.each([
    [["2026-3-5", "甲", "7", "pass"], "day", "date"],
    [["2026-03-05", "甲", "7", "perhaps"], "result", "lookup"],
    [["2026-03-05", "bad", "7", "pass"], "企业名称", "enterprise-id"],
    [["2026-03-05", "甲", "", "pass"], "ID", "required"],
    [["2026-03-05", "甲", "7", ""], "result", "required"],
    [["2026-03-05", "甲", "7", "pass", "9"], "ward", "region"],
    [["2027-03-05", "甲", "7", "pass"], "day", "date-future"],
  ])("%j is refused at the column %s", (cells, column, code) => {
    expect(read(mapping({}), HEADER, cells)).toMatchObject({ problems: [{ column, code }] });
  });

  it("is passed over where the mapping says so", () => {
    const document = mapping(
      {},
      { skipWhen: { any: [{ column: "result", in: ["void"] }, { not: { column: "day", empty: false } }] } },
    );
    expect(read(document, HEADER, ["2026-03-05", "甲", "7", " VOID"])).toEqual({ skipped: true });
    expect(read(document, HEADER, ["", "甲", "7", "pass"])).toEqual({ skipped: true });
    expect(read(document, HEADER, ["2026-03-05", "甲", "7", "pass"])).toMatchObject({ facts: [{}] });
  });

  it("gives values under a condition, the first of several, lists and numbers", () => {
    const body = {
      result: "fail",
      severity: { firstOf: [{ value: "critical", when: { column: "count", above: 2 } }, "minor"] },
      items: { column: "result", as: "list" },
      findings: [
        {
          value: { severity: "minor", count: { column: "count", as: "integer" } },
          when: { column: "count", above: 0 },
        },
      ],
    };
    const header = [...HEADER, "count"];
    const values = ["3", "1", "0"].map((count) => {
      const outcome = read(mapping({ body }), header, ["2026-03-05", "甲", "7", "强度、 长度", "", count]);
      if (!("facts" in outcome)) throw new Error(JSON.stringify(outcome));
      const decoded = decodeBody(outcome.facts[0]!.fact);
      return decoded.name === null ? decoded.detail : decoded.value;
    });
    expect(values).toMatchObject([
      { severity: "critical", items: ["强度", "长度"], findings: [{ severity: "minor", count: 3 }] },
      { severity: "minor", findings: [{ count: 1 }] },
      { severity: "minor", findings: [] },
    ]);
    expect(read(mapping({ body }), header, ["2026-03-05", "甲", "7", "x", "", "1.5"])).toMatchObject({
      problems: [{ column: "count" }],
    });
  });

  it.each(["x", "-3", "1e3", "0x10", "Infinity"])("is refused where a condition on amounts meets %s", (cell) => {
    const condition = { column: "count", above: 0 };
    const cells = ["2026-03-05", "甲", "7", "pass", "", cell];
    const wrong = { problems: [{ column: "Count", code: "number", detail: expect.stringContaining(cell) }] };
    const header = [...HEADER, "Count"];
    const body = { result: "pass", severity: { firstOf: [{ value: "minor", when: condition }, "none"] } };
    expect(read(mapping({ body }), header, cells)).toEqual(wrong);
    expect(read(mapping({}, { skipWhen: condition }), header, cells)).toEqual(wrong);
    // Not skipped either: nothing follows from what is no number.
    expect(read(mapping({}, { skipWhen: { not: condition } }), header, cells)).toEqual(wrong);
  });
});
