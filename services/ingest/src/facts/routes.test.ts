import { decode, type Fact } from "@sanfen/events";
import { LogError, type Log } from "@sanfen/log";
import { makeUscc } from "@sanfen/model";
import { parseAfter } from "@sanfen/service";
import { FACTS } from "@sanfen/stream";
import * as fc from "fast-check";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startInstallation, type Installation } from "../testing/installation.ts";

const SUBJECT = makeUscc("9", "1", "330402", 1);

function fact(id: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id,
    subject: SUBJECT,
    kind: "inspection",
    occurredOn: "2026-11-20",
    source: "test",
    body: { result: "fail", severity: "serious", items: ["tensile strength"] },
    ...change,
  };
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly retryAfter: string | null;
  readonly body: {
    readonly accepted: number;
    readonly rejected: {
      readonly index: number;
      readonly errors: { readonly pointer: string; readonly code: string }[];
    }[];
    readonly rejectedMore?: number;
    readonly after?: string;
    readonly type?: string;
    readonly detail?: string;
    readonly errors?: { readonly pointer: string; readonly code: string }[];
  };
}

async function send(
  { address }: Installation,
  body: string | Uint8Array | Readable,
  type = "application/json",
): Promise<Answer> {
  const response = await fetch(`${address}/v1/facts`, {
    method: "POST",
    headers: { "content-type": type },
    body: body instanceof Readable ? (Readable.toWeb(body) as ReadableStream<Uint8Array>) : body,
    duplex: "half",
  } as RequestInit);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    retryAfter: response.headers.get("retry-after"),
    body: (await response.json()) as Answer["body"],
  };
}

const json = (value: unknown): string => JSON.stringify(value);
const NDJSON = "application/x-ndjson";

describe("POST /v1/facts", () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation.stop());

  describe("refuses", () => {
    it.each([
      ["what is no JSON", "{", "application/json", 400],
      ["nothing", "", "application/json", 400],
      ["deep nesting", "[".repeat(100), "application/json", 400],
      ["keys that change prototypes", '{"__proto__":{}}', "application/json", 400],
      ["another content type", "a,b", "text/css", 415],
      [
        "more than a body may have",
        json([fact("x", { body: { result: "fail", items: ["a".repeat(9_000_000)] } })]),
        "application/json",
        413,
      ],
    ])("%s", async (_, body, type, status) => {
      const answer = await send(installation, body, type);
      expect(answer).toMatchObject({ status, type: "application/problem+json" });
      expect(await installation.facts()).toHaveLength(0);
    });

    it.each([
      ["an unknown kind", { kind: "inspektion" }, "/kind"],
      ["a wrong check character", { subject: "91350100M000100Y4Z" }, "/subject"],
      ["an unknown region", { region: "4403" }, "/region"],
      ["an unknown product", { product: "nothing" }, "/product"],
      ["a date in the future", { occurredOn: "9999-01-01" }, "/occurredOn"],
      ["a date before 1949", { occurredOn: "1948-12-31" }, "/occurredOn"],
      ["no date", { occurredOn: "2026-02-30" }, "/occurredOn"],
      ["a body above 64 KiB", { body: { result: "fail", items: ["a".repeat(70_000)] } }, "/body"],
      ["a result that is none", { body: { result: "maybe" } }, "/body/result"],
    ])("%s", async (_, change, pointer) => {
      const answer = await send(installation, json(fact("refused", change)));
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
    });

    it("a document that is no object", async () => {
      expect(await send(installation, "5")).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "", code: "type" }] },
      });
    });

    it("arrays of more than 10,000", async () => {
      expect(await send(installation, json(Array(10_001).fill(0)))).toMatchObject({ status: 413 });
    });

    it("simulated facts where the demo is off", async () => {
      const answer = await send(installation, json([fact("s", { simulated: true })]));
      expect(answer).toMatchObject({ status: 409, body: { type: "urn:sanfen:problem:no-simulated-facts" } });
    });
  });

  it("takes the good ones of an array, and says by index what is wrong with the others", async () => {
    const answer = await send(
      installation,
      json([fact("a1"), fact("a2", { region: "4403" }), fact("a3", { region: "330402" })]),
    );
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 2, rejected: [{ index: 1, errors: [{ pointer: "/region" }] }] },
    });
    const ids = (await installation.facts()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["a1", "a3"]));
    expect(ids).not.toContain("a2");
  });

  it("answers with the position of what it appended", async () => {
    const answer = await send(installation, json(fact("after")));
    const after = parseAfter(answer.body.after!);
    if ("problem" in after) throw new Error(after.problem.detail);
    const [[partition, offset] = []] = Object.entries(after.positions[FACTS]!);
    const found: Fact[] = [];
    for await (const records of installation.platform.log.read(FACTS, Number(partition), offset!)) {
      for (const { value } of records) {
        const event = decode(value);
        if (event.name === "Fact") found.push(event.value);
      }
    }
    expect(found.at(0)?.id).toBe("after");
  });

  it("lists a thousand rejections, and says how many more there are", async () => {
    const answer = await send(installation, json(Array(1_200).fill(0)));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 0, rejectedMore: 200 } });
    expect(answer.body.rejected).toHaveLength(1_000);
  });

  it("takes facts a line, however the bytes come, and says by line what is wrong", async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
        round += 1;
        const ids = [1, 2, 3].map((n) => `lines-${round}-${n}`);
        const text = [
          json(fact(ids[0]!)),
          "",
          "{",
          json(fact(ids[1]!, { body: { result: "fail", items: ["抗拉强度"] } })),
          json(fact(ids[2]!)),
        ].join("\n");
        const answer = await send(installation, Readable.from(pieces(Buffer.from(text), sizes)), NDJSON);
        expect(answer).toMatchObject({
          status: 202,
          body: { accepted: 3, rejected: [{ index: 2, errors: [{ code: "invalid-json" }] }] },
        });
        const stored = (await installation.facts()).map(({ id }) => id);
        expect(stored).toEqual(expect.arrayContaining(ids));
      }),
      { numRuns: 15 },
    );
  });

  it("refuses the line whose fact may not come in beside the others, and takes the others", async () => {
    const lines = [fact("m1"), fact("m2", { simulated: true }), fact("m3")].map(json).join("\n");
    expect(await send(installation, lines, NDJSON)).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        rejected: [{ index: 1, errors: [{ pointer: "/simulated", code: "no-simulated-facts" }] }],
        after: expect.any(String),
      },
    });
    const ids = (await installation.facts()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["m1", "m3"]));
    expect(ids).not.toContain("m2");
  });

  it("refuses lines as a whole where none of them may come in", async () => {
    const lines = [fact("n1", { simulated: true }), fact("n2", { simulated: true })].map(json).join("\n");
    expect(await send(installation, lines, NDJSON)).toMatchObject({
      status: 409,
      body: { type: "urn:sanfen:problem:no-simulated-facts" },
    });
  });

  it("takes lines by their other name", async () => {
    expect(await send(installation, `${json(fact("o1"))}\n`, "application/ndjson; charset=utf-8")).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: [] },
    });
  });

  it("passes over a line that is too long", async () => {
    const long = json(fact("long", { source: "a".repeat(600_000) }));
    const answer = await send(installation, `${long}\n${json(fact("short"))}\n`, NDJSON);
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: [{ index: 0, errors: [{ code: "line-too-long" }] }] },
    });
  });

  it("counts what it took and refused", async () => {
    const text = await installation.platform.metrics.registry.metrics();
    expect(text).toMatch(/sanfen_facts_total\{kind="inspection",result="accepted"\} [1-9]/);
    expect(text).toMatch(/sanfen_facts_total\{kind="unknown",result="rejected"\} [1-9]/);
  });
});

function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe("a log in trouble", () => {
  let installation: Installation | undefined;
  afterEach(() => installation?.stop());

  it.each(["unavailable", "full"] as const)(
    "acknowledges nothing while it is %s, and takes the same facts later",
    async (code) => {
      let broken = false;
      installation = await startInstallation({
        log: (log) => failing(log, () => (broken ? new LogError(code, "no") : undefined)),
      });
      broken = true;
      for (const [body, type] of [
        [json([fact("d1")]), "application/json"],
        [`${json(fact("d1"))}\n`, NDJSON],
      ] as const) {
        expect(await send(installation, body, type)).toMatchObject({
          status: 503,
          type: "application/problem+json",
          retryAfter: expect.stringMatching(/\d/),
        });
      }
      broken = false;
      expect(await send(installation, json([fact("d1")]))).toMatchObject({ status: 202, body: { accepted: 1 } });
    },
  );
});

/** The log, but that appends of facts fail while there is an error. */
function failing(log: Log, error: () => Error | undefined): Log {
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
