import { LogError } from "@sanfen/log";
import { StoreError } from "@sanfen/store";
import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listAnswer, listQuery } from "./list-query.ts";
import { problem, ProblemError, sendProblem } from "./problem.ts";
import { createServer, type Server } from "./server.ts";
import type { App } from "./service.ts";
import { testPlatform } from "./testing/platform.ts";
import { testService } from "./testing/services.ts";

const ITEM = Type.Object({ id: Type.String() });

function routes(app: App): void {
  app.post(
    "/v1/things",
    {
      config: { access: "write" },
      schema: {
        body: Type.Object(
          {
            name: Type.String({ maxLength: 5 }),
            tags: Type.Array(Type.String()),
            kind: Type.Optional(Type.Union([Type.Literal("a"), Type.Literal("b")])),
          },
          { additionalProperties: false },
        ),
        response: { 201: ITEM },
      },
    },
    async (request, reply) => reply.code(201).send({ id: request.body.name }),
  );
  app.get(
    "/v1/things",
    {
      config: { access: "read" },
      schema: {
        querystring: listQuery({ colour: Type.Optional(Type.String()), closed: Type.Optional(Type.Boolean()) }),
        response: { 200: listAnswer(ITEM) },
      },
    },
    (request) => ({ items: [{ id: JSON.stringify(request.query) }] }),
  );
  app.get(
    "/v1/things/:id",
    { config: { access: "read" }, schema: { params: ITEM, response: { 200: ITEM } } },
    async (request, reply) => {
      const { id } = request.params;
      if (id === "gone") return sendProblem(reply, problem(410, "gone", "Gone", "it was here"));
      return { id };
    },
  );
  app.get("/v1/fails/:how", { config: { access: "read" } }, (request) => {
    const { how } = request.params as { how: string };
    switch (how) {
      case "log":
        throw new LogError("unavailable", "connect ECONNREFUSED 10.1.2.3:9092");
      case "store":
        throw new StoreError("full", "disk full on /var/lib/secret");
      case "cursor":
        throw new StoreError("bad-cursor", "cursor");
      case "problem":
        throw new ProblemError(problem(409, "lost-race", "Somebody was first", "see the object"));
      default:
        throw new Error("password=hunter2 at /var/lib/secret");
    }
  });
}

let server: Server;
beforeAll(async () => {
  server = await createServer({
    platform: testPlatform({ env: { SANFEN_MAX_BODY_BYTES: "2048" } }),
    services: [testService({ routes })],
    serviceName: "test",
  });
});
afterAll(() => server.stop());

interface Sent {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";
  readonly url: string;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function send({ method = "GET", url, body, headers }: Sent): Promise<{
  status: number;
  document: Record<string, unknown>;
  headers: Record<string, unknown>;
}> {
  const answer = await server.app.inject({
    method,
    url,
    ...(body !== undefined && { payload: body }),
    headers: headers ?? {},
  });
  return { status: answer.statusCode, document: answer.json(), headers: answer.headers };
}

function post(body: string | Buffer, type = "application/json"): Promise<Awaited<ReturnType<typeof send>>> {
  return send({ method: "POST", url: "/v1/things", body, headers: { "content-type": type } });
}

test.each<[what: string, sent: Sent, status: number, slug: string]>([
  ["no JSON", { method: "POST", url: "/v1/things", body: "{oops" }, 400, "invalid-json"],
  ["an empty body", { method: "POST", url: "/v1/things", body: "" }, 400, "invalid-json"],
  ["a body too deep", { method: "POST", url: "/v1/things", body: "[".repeat(1_000) }, 400, "invalid-json"],
  ["a poisoned body", { method: "POST", url: "/v1/things", body: '{"__proto__":{"a":1}}' }, 400, "invalid-json"],
  [
    "bytes that are no UTF-8",
    { method: "POST", url: "/v1/things", body: Buffer.of(0x22, 0xff, 0x22) },
    400,
    "invalid-json",
  ],
  ["a body too large", { method: "POST", url: "/v1/things", body: `"${"x".repeat(3_000)}"` }, 413, "body-too-large"],
  ["a path where nothing is", { url: "/v1/nothing?token=secret" }, 404, "not-found"],
  ["a path that does not decode", { url: "/v1/things/%E0%A4" }, 400, "invalid-path"],
  ["a name longer than any", { url: `/v1/things/${"x".repeat(300)}` }, 414, "path-too-long"],
  ["a method that is not for the path", { method: "DELETE", url: "/v1/things/7" }, 405, "method-not-allowed"],
  ["an unknown parameter", { url: "/v1/things?page=2" }, 400, "invalid-parameters"],
  [
    "a foreign page",
    { method: "POST", url: "/v1/things", body: "{}", headers: { origin: "https://evil.example" } },
    403,
    "foreign-origin",
  ],
  ["a log that is away", { url: "/v1/fails/log" }, 503, "unavailable"],
  ["a store that is full", { url: "/v1/fails/store" }, 503, "unavailable"],
  ["a foreign cursor", { url: "/v1/fails/cursor" }, 400, "invalid-parameters"],
  ["a problem thrown", { url: "/v1/fails/problem" }, 409, "lost-race"],
  ["a problem sent", { url: "/v1/things/gone" }, 410, "gone"],
  ["a mistake of ours", { url: "/v1/fails/otherwise" }, 500, "internal"],
])("%s", async (_what, sent, status, slug) => {
  const answer = await send({
    ...sent,
    headers: { ...(sent.body !== undefined && { "content-type": "application/json" }), ...sent.headers },
  });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.document).toMatchObject({
    type: `urn:sanfen:problem:${slug}`,
    status,
    title: expect.stringMatching(/./) as string,
    detail: expect.stringMatching(/./) as string,
    requestId: answer.headers["x-request-id"] ?? (expect.stringMatching(/./) as string),
  });
  expect(JSON.stringify(answer.document)).not.toMatch(/hunter2|secret|10\.1\.2\.3|node_modules/);
});

describe("answers say what helps", () => {
  test("405: what is allowed", async () => {
    const answer = await send({ method: "PUT", url: "/v1/things" });
    expect(answer.headers["allow"]).toBe("GET, HEAD, POST");
  });

  test("503: when to ask again", async () => {
    expect((await send({ url: "/v1/fails/log" })).headers["retry-after"]).toBe("2");
  });

  test.each(["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx", "nonsense"])(
    "415: %s",
    async (type) => {
      const answer = await post("{}", type);
      expect(answer).toMatchObject({ status: 415, document: { type: "urn:sanfen:problem:unsupported-media-type" } });
    },
  );

  test("422: each place in the body", async () => {
    const answer = await post(JSON.stringify({ tags: ["x", 1], kind: "c", "a/b": 1 }));
    expect(answer.status).toBe(422);
    expect(answer.document["errors"]).toEqual(
      expect.arrayContaining([
        { pointer: "/name", code: "required", detail: "is missing" },
        { pointer: "/a~1b", code: "additionalProperties", detail: "is not known here" },
        { pointer: "/tags/1", code: "type", detail: "must be string" },
        { pointer: "/kind", code: "anyOf", detail: "must be one of a, b" },
      ]),
    );
    expect(answer.document["errors"]).toHaveLength(4);
  });

  test("422: numbers are not read out of text in a body", async () => {
    expect((await post('{"name": 5, "tags": []}')).document["errors"]).toEqual([
      { pointer: "/name", code: "type", detail: "must be string" },
    ]);
  });

  test.each([
    ["limit=0", "minimum"],
    ["limit=1001", "maximum"],
    ["limit=12.7", "type"],
    ["limit=1e2", "type"],
    ["limit=", "type"],
    ["limit=1&limit=2", "type"],
    ["closed=yes", "type"],
    ["cursor=", "minLength"],
  ])("400: the parameter, for ?%s", async (query, code) => {
    const answer = await send({ url: `/v1/things?${query}` });
    expect(answer.status).toBe(400);
    expect(answer.document["errors"]).toEqual([
      { pointer: `/query/${query.split("=")[0]}`, code, detail: expect.any(String) as string },
    ]);
  });
});

describe("what is right goes through", () => {
  test("a body", async () => {
    expect(await post('{"name": "a", "tags": []}')).toMatchObject({ status: 201, document: { id: "a" } });
  });

  test("a body, its type with a parameter", async () => {
    expect(await post('{"name": "a", "tags": []}', "application/json; charset=utf-8")).toMatchObject({ status: 201 });
  });

  test("parameters are read as what they are, and have defaults", async () => {
    const answer = await send({ url: "/v1/things?colour=5&closed=true" });
    const [item] = answer.document["items"] as { id: string }[];
    expect(JSON.parse(item!.id)).toEqual({ colour: "5", closed: true, limit: 100 });
  });

  test("a page of our own, and a command line, may change things", async () => {
    const sent = { method: "POST", url: "/v1/things", body: '{"name": "a", "tags": []}' } as const;
    const own = { "content-type": "application/json", host: "sanfen.example", origin: "https://sanfen.example" };
    expect((await send({ ...sent, headers: own })).status).toBe(201);
  });
});
