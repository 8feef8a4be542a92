import { parseDay } from "@sanfen/model";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBody } from "../body.ts";
import { FACT_KINDS, type Fact } from "../generated/types.ts";
import { admitFact, type Door } from "./admit.ts";
import { factToJson } from "./fact-json.ts";
import { bodyShape } from "./fact-shape.ts";
import { validJson } from "../testing/json-arbitrary.ts";

const door: Door = {
  isKnownRegion: (code) => code.startsWith("3304"),
  whyNotEnterpriseId: (id) => (id.startsWith("91") ? undefined : "the check character should be D"),
  isKnownProduct: (code) => code === "1201",
  today: parseDay("2026-11-22")!,
  recordedAt: 1_795_300_000_000,
};

const sound = {
  id: "zj-sampling:2026-000117/maker",
  revision: 1,
  subject: "91330402MA28A0002D",
  role: "maker",
  kind: "inspection",
  occurredOn: "2026-11-20",
  region: "330402001",
  product: "1201",
  sample: "2026-000117",
  source: "zj-sampling",
  body: { result: "fail", severity: "serious", items: ["tensile strength"] },
};
const retraction = {
  id: "r",
  revision: 2,
  retracted: true,
  subject: "91",
  kind: "recall",
  occurredOn: "2026-11-20",
  source: "s",
};

function problemsOf(input: unknown, at: Door = door): [pointer: string, code: string, detail: string][] {
  const admitted = admitFact(input, at);
  if ("fact" in admitted) throw new Error("let in");
  return admitted.problems.map(({ pointer, code, detail }) => [pointer, code, detail]);
}
function without(name: keyof typeof sound): object {
  return Object.fromEntries(Object.entries(sound).filter(([key]) => key !== name));
}
function bodyBytes(batch: string): number | undefined {
  const admitted = admitFact(withBody({ result: "fail", batch }), door);
  return "fact" in admitted ? admitted.fact.body.length : undefined;
}
function withBody(body: unknown, kind = "inspection"): object {
  return { ...sound, kind, body };
}

describe("refused", () => {
  test.each<[what: string, input: unknown, pointer: string, code: string, detail: RegExp]>([
    ["null", null, "", "type", /must be an object, is null/],
    ["a list", [sound], "", "type", /is a list/],
    ["a text", "fact", "", "type", /is "fact"/],
    ["no id", without("id"), "/id", "required", /id is missing: a text/],
    ["no kind", without("kind"), "/kind", "required", /one of registration, .*risk_warning$/],
    ["no date", without("occurredOn"), "/occurredOn", "required", /a date/],
    [
      "an unknown kind",
      { ...sound, kind: "inspektion" },
      "/kind",
      "unknown-symbol",
      /"inspektion" is not one of registration/,
    ],
    ["the kind that readers put", { ...sound, kind: "unknown" }, "/kind", "unknown-symbol", /"unknown" is not/],
    ["an id of another type", { ...sound, id: 7 }, "/id", "type", /must be a text, is 7/],
    ["an empty id", { ...sound, id: "" }, "/id", "length", /1 to 200 characters, has 0/],
    ["a long source", { ...sound, source: "省".repeat(201) }, "/source", "length", /has 201/],
    ["a line break in an id", { ...sound, id: "a\nb" }, "/id", "characters", /control/],
    ["a NUL in a sample", { ...sound, sample: "a\0" }, "/sample", "characters", /control/],
    ["half a character", { ...sound, id: "a\ud800" }, "/id", "characters", /surrogate/],
    [
      "a wrong check character",
      { ...sound, subject: "81330402MA28A0002X" },
      "/subject",
      "enterprise-id",
      /should be D/,
    ],
    ["an unknown region", { ...sound, region: "9999" }, "/region", "region", /"9999" is no region of this site/],
    ["an unknown region as subject", { ...sound, subjectType: "region", subject: "99" }, "/subject", "region", /"99"/],
    ["an unknown product", { ...sound, product: "1" }, "/product", "product", /not in the catalogue/],
    [
      "an unknown product as subject",
      { ...sound, subjectType: "product", subject: "1" },
      "/subject",
      "product",
      /catalogue/,
    ],
    [
      "a date that is none",
      { ...sound, occurredOn: "2026-02-30" },
      "/occurredOn",
      "date",
      /"2026-02-30" is not a date/,
    ],
    ["a date in another form", { ...sound, occurredOn: "20.11.2026" }, "/occurredOn", "date", /YYYY-MM-DD/],
    ["a day number", { ...sound, occurredOn: 20_000 }, "/occurredOn", "type", /must be a date YYYY-MM-DD, is 20000/],
    ["a date to come", { ...sound, occurredOn: "2026-11-23" }, "/occurredOn", "date-future", /after today, 2026-11-22/],
    ["a date before 1949", { ...sound, occurredOn: "1948-12-31" }, "/occurredOn", "date-early", /before 1949-01-01/],
    ["revision 0", { ...sound, revision: 0 }, "/revision", "range", /count from 1/],
    ["a revision beyond 31 bits", { ...sound, revision: 2 ** 31 }, "/revision", "range", /2147483648 is not between/],
    ["a broken revision", { ...sound, revision: 1.5 }, "/revision", "type", /whole number, is 1.5/],
    [
      "a misspelt member",
      { ...sound, occuredOn: "2026-11-20" },
      "/occuredOn",
      "unknown-member",
      /did you mean occurredOn\?/,
    ],
    ["a member of ours", { ...sound, recordedAt: 0 }, "/recordedAt", "unknown-member", /known are id, revision/],
    ["a name from the prototype", { ...sound, constructor: 1 }, "/constructor", "unknown-member", /"constructor"/],
    ["a member named __proto__", JSON.parse('{"__proto__": 1}'), "/__proto__", "unknown-member", /"__proto__"/],
    ["slashes in a name", { ...sound, "a/~b": 1 }, "/a~1~0b", "unknown-member", /known are/],
    ["a truth that is a text", { ...sound, simulated: "no" }, "/simulated", "type", /true or false/],
    ["a retraction with a body", { ...retraction, body: {} }, "/body", "retraction-body", /no body/],
    ["a body that is a list", withBody([]), "/body", "type", /an object, is a list/],
    [
      "no body where the kind needs one",
      without("body"),
      "/body/result",
      "required",
      /one of pass, fail, not_found, refused$/,
    ],
    [
      "an unknown result",
      withBody({ result: "failed" }),
      "/body/result",
      "unknown-symbol",
      /"failed" is not one of pass, fail/,
    ],
    ["an item that is no text", withBody({ result: "fail", items: ["a", 7] }), "/body/items/1", "type", /a text, is 7/],
    ["items that are no list", withBody({ result: "fail", items: "a" }), "/body/items", "type", /a list, is "a"/],
    [
      "a finding too many members",
      withBody({ result: "fail", findings: [{ severity: "minor", count: 1, x: 1 }] }),
      "/body/findings/0/x",
      "unknown-member",
      /severity, count/,
    ],
    [
      "a finding without a count",
      withBody({ result: "fail", findings: [{ severity: "minor" }] }),
      "/body/findings/0/count",
      "required",
      /whole number/,
    ],
    [
      "a member of another kind's body",
      withBody({ result: "pass", level: "one" }),
      "/body/level",
      "unknown-member",
      /known are result/,
    ],
    [
      "a day in a body that is none",
      withBody({ scheme: "iso", until: "soon" }, "certificate"),
      "/body/until",
      "date",
      /"soon"/,
    ],
    [
      "an amount beyond a number",
      withBody({ offence: "other", amountFen: 2 ** 60 }, "penalty"),
      "/body/amountFen",
      "range",
      /not between/,
    ],
    [
      "a body over 64 KiB",
      withBody({ result: "fail", batch: "x".repeat(65_536) }),
      "/body",
      "body-size",
      /takes 655\d\d bytes; 65536/,
    ],
    [
      "half a character in a body",
      withBody({ result: "fail", batch: "\udc00" }),
      "/body/batch",
      "characters",
      /surrogate/,
    ],
  ])("%s", (_, input, pointer, code, detail) => {
    expect(problemsOf(input)).toContainEqual([pointer, code, expect.stringMatching(detail)]);
  });

  test("each for its own reason only", () => {
    expect(problemsOf({ ...sound, revision: -(2 ** 40) })).toHaveLength(1);
    expect(problemsOf({ ...sound, occurredOn: "2026-99-99" })).toHaveLength(1);
    expect(problemsOf({ ...sound, kind: "nonsense", body: { x: 1 } })).toHaveLength(1);
  });

  test("for all reasons at once", () => {
    const input = {
      ...sound,
      id: "",
      subject: 7,
      region: "99",
      occurredOn: "2027-01-01",
      nmae: 1,
      body: { result: "bad", of: 1 },
    };
    expect(
      problemsOf(input)
        .map(([pointer]) => pointer)
        .toSorted(),
    ).toEqual(["/body/of", "/body/result", "/id", "/nmae", "/occurredOn", "/region", "/subject"]);
  });

  test("but no more than a hundred", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`member ${i}`, i]));
    expect(problemsOf({ ...sound, ...many })).toHaveLength(100);
    expect(problemsOf(withBody({ result: "fail", items: Array.from({ length: 1_000 }, () => 7) }))).toHaveLength(100);
  });

  test("with nothing long in the message, and nothing that nests", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(problemsOf({ ...sound, id: deep })).toEqual([["/id", "type", "must be a text, is a list"]]);
    for (const [, , detail] of problemsOf({ ...sound, region: "9".repeat(10_000), ["n".repeat(10_000)]: 1 })) {
      expect(detail.length).toBeLessThan(400);
    }
  });
});

test("any JSON at all is let in or refused with pointers that lead into it", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ kind: fc.constantFrom(...FACT_KINDS), body: fc.jsonValue() })),
      (input) => {
        const admitted = admitFact(input, door);
        expect("problems" in admitted && admitted.problems.length).toBeGreaterThan(0);
      },
    ),
  );
});

describe("let in", () => {
  test("a fact, with what it leaves out", () => {
    const admitted = admitFact(sound, door) as { fact: Fact };
    const { body, ...rest } = admitted.fact;
    expect(rest).toStrictEqual({
      id: "zj-sampling:2026-000117/maker",
      revision: 1,
      retracted: false,
      subject: "91330402MA28A0002D",
      subjectType: "enterprise",
      role: "maker",
      kind: "inspection",
      occurredOn: parseDay("2026-11-20"),
      recordedAt: door.recordedAt,
      region: "330402001",
      product: "1201",
      sample: "2026-000117",
      source: "zj-sampling",
      simulated: false,
    });
    expect(decodeBody({ kind: "inspection", body })).toEqual({
      name: "Inspection",
      value: {
        result: "fail",
        severity: "serious",
        items: ["tensile strength"],
        batch: null,
        of: null,
        findings: [],
        workplace: null,
      },
    });
  });

  test.each<[what: string, input: object]>([
    ["today", { ...sound, occurredOn: "2026-11-22" }],
    ["the first day of 1949", { ...sound, occurredOn: "1949-01-01" }],
    ["null for what may be absent", { ...sound, region: null, product: null, sample: null }],
    ["200 characters, each of two units", { ...sound, id: "𠮷".repeat(200) }],
    ["a retraction", retraction],
    ["a retraction whose body is null", { ...retraction, body: null }],
    ["a kind whose body may be empty", { ...without("body"), kind: "deregistration" }],
    ["a region", { ...sound, subjectType: "region", subject: "3304" }],
    ["a product", { ...sound, subjectType: "product", subject: "1201" }],
  ])("%s", (_, input) => {
    expect(admitFact(input, door)).toHaveProperty("fact");
  });

  test("any product where there is no catalogue", () => {
    const open = Object.fromEntries(Object.entries(door).filter(([name]) => name !== "isKnownProduct"));
    expect(admitFact({ ...sound, product: "9" }, open as unknown as Door)).toHaveProperty("fact");
  });

  test("a body of 64 KiB, to the byte", () => {
    const around = bodyBytes("x".repeat(65_000))! - 65_000;
    expect(bodyBytes("x".repeat(65_536 - around))).toBe(65_536);
    expect(bodyBytes("x".repeat(65_537 - around))).toBeUndefined();
  });
});

describe("shown as it was sent", () => {
  test("a fact", () => {
    const { fact } = admitFact(sound, door) as { fact: Fact };
    expect(factToJson(fact)).toStrictEqual({ json: sound });
  });

  test("a retraction has no body", () => {
    const { fact } = admitFact(retraction, door) as { fact: Fact };
    expect(factToJson(fact)).toStrictEqual({ json: retraction });
  });

  test("a body that cannot be read is said to be missing", () => {
    const { fact } = admitFact(sound, door) as { fact: Fact };
    const { body: _, ...rest } = sound;
    expect(factToJson({ ...fact, body: new Uint8Array(12) })).toStrictEqual({
      json: rest,
      bodyProblem: "the first bytes are not C3 01",
    });
  });

  test.each(FACT_KINDS.filter((kind) => kind !== "unknown"))("any %s comes back the same", (kind) => {
    fc.assert(
      fc.property(validJson(bodyShape(kind)!), (body) => {
        const admitted = admitFact(withBody(body, kind), door);
        expect(admitted).toHaveProperty("fact");
        const { fact } = admitted as { fact: Fact };
        expect(admitFact(factToJson(fact).json, door)).toStrictEqual({ fact });
      }),
      { numRuns: 30 },
    );
  });
});
