import { LogError } from "@sanfen/log";
import { setTimeout as wait } from "node:timers/promises";
import { Type } from "typebox";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Access } from "./access.ts";
import { createServer, type Server } from "./server.ts";
import type { App, Service } from "./service.ts";
import { checkMetrics } from "./testing/promtool.ts";
import { testPlatform, type TestPlatformParts } from "./testing/platform.ts";
import { testService } from "./testing/services.ts";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(services: readonly Service[], parts: TestPlatformParts = {}): Promise<Server> {
  const server = await createServer({ platform: testPlatform(parts), services, serviceName: "test" });
  servers.push(server);
  return server;
}

function one(app: App): void {
  app.get(
    "/v1/things/:id",
    {
      config: { access: "read" },
      schema: { params: Type.Object({ id: Type.String() }), response: { 200: Type.Object({ trace: Type.String() }) } },
    },
    (request) => ({ trace: request.traceparent }),
  );
}

function facts(partitions: number): { topic: string; partitions: number }[] {
  return [{ topic: "sanfen.facts", partitions }];
}

function post(url: string): (app: App) => void {
  return (app) => {
    app.post(url, { config: { access: "write" } }, () => ({}));
  };
}

describe("access", () => {
  test.each([undefined, "everyone"])("a route that declares %j stops the start", async (access) => {
    const routes = (app: App): void => {
      app.get("/v1/open", { ...(access !== undefined && { config: { access: access as Access } }) }, () => ({}));
    };
    await expect(serve([testService({ routes })])).rejects.toThrow("GET /v1/open does not say who may use it");
  });
});

describe("readiness", () => {
  test("not before the services have started, and not without log and store", async () => {
    const started = Promise.withResolvers<void>();
    let logError: Error | undefined;
    let now = 0;
    const service = testService({
      name: "scorer",
      start: async () => {
        await started.promise;
        return { readiness: () => ({ ready: false, reasons: ["3 partitions to load"] }), stop: async () => {} };
      },
    });
    const server = await serve([service], {
      clock: () => now,
      log: {
        check: async () => {
          if (logError) throw logError;
        },
      },
    });
    const ready = async (): Promise<unknown> => (await server.app.inject("/readyz")).json();

    const starting = server.start();
    expect(await ready()).toMatchObject({ status: 503, ready: false, reasons: ["scorer: starting"] });
    expect((await server.app.inject("/livez")).statusCode).toBe(200);
    started.resolve();
    await starting;
    expect(await ready()).toMatchObject({ reasons: ["scorer: 3 partitions to load"] });
    logError = new LogError("unavailable", "connect ECONNREFUSED 10.1.2.3:9092");
    now += 1_000;
    expect(await ready()).toMatchObject({
      reasons: ["scorer: 3 partitions to load", "the log cannot be used (unavailable)"],
      detail: "scorer: 3 partitions to load; the log cannot be used (unavailable)",
    });
    expect((await server.app.inject("/metrics")).body).toMatch(/^sanfen_ready 0$/m);
  });

  test("a service that says not ready without a reason still counts", async () => {
    const server = await serve([testService({ readiness: () => ({ ready: false, reasons: [] }) })]);
    await server.start();
    expect(await server.readiness()).toEqual({ ready: false, reasons: ["scorer: not ready"] });
  });

  test("ready", async () => {
    const server = await serve([testService()]);
    await server.start();
    const answer = await server.app.inject("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ready: true, reasons: [] });
    expect((await server.app.inject("/metrics")).body).toMatch(/^sanfen_ready 1$/m);
  });
});

describe("start", () => {
  test("creates what the services need, each once, before they start", async () => {
    const steps: string[] = [];
    const start = async (): Promise<never> => {
      steps.push("start");
      throw new Error("refused to start");
    };
    const server = await serve(
      [testService({ name: "ingest", topics: facts }), testService({ topics: facts, start })],
      {
        log: { ensure: async (specs) => void steps.push(JSON.stringify(specs)) },
        store: { ensure: async () => void steps.push("store") },
      },
    );
    await expect(server.start()).rejects.toThrow("refused to start");
    expect(steps).toEqual(['[{"topic":"sanfen.facts","partitions":2}]', "store", "start"]);
  });

  test("waits for a log that is away, and gives up for one whose partitions changed", async () => {
    const answers = [new LogError("unavailable", "away"), new LogError("partitions-changed", "2 are now 3")];
    const ensure = vi.fn(async () => {
      throw answers.shift();
    });
    const server = await serve([testService()], { log: { ensure } });
    await expect(server.start()).rejects.toThrow("2 are now 3");
    expect(ensure).toHaveBeenCalledTimes(2);
  });

  test("a stop ends the waiting", async () => {
    const asked = Promise.withResolvers<void>();
    const server = await serve([testService()], {
      log: {
        ensure: async () => {
          asked.resolve();
          throw new LogError("unavailable", "away");
        },
      },
    });
    const starting = server.start();
    await asked.promise;
    await Promise.all([server.stop(), expect(starting).rejects.toThrow()]);
  });

  test("services that differ on a topic are a mistake", async () => {
    const services = [1, 2].map((partitions) => testService({ topics: () => facts(partitions) }));
    const server = await serve(services);
    await expect(server.start()).rejects.toThrow("services differ on topic sanfen.facts");
  });
});

describe("stop", () => {
  test("stops the services in reverse, all of them, whatever one does; says so", async () => {
    const stopped: string[] = [];
    const service = (name: "ingest" | "scorer" | "gateway", fails = false): Service =>
      testService({
        name,
        stop: async () => {
          stopped.push(name);
          if (fails) throw new Error("could not flush");
        },
      });
    const server = await createServer({
      platform: testPlatform(),
      services: [service("ingest"), service("scorer", true), service("gateway")],
      serviceName: "test",
    });
    await server.start();
    await expect(server.stop()).rejects.toMatchObject({ errors: [new Error("could not flush")] });
    expect(stopped).toEqual(["gateway", "scorer", "ingest"]);
  });

  test("does not wait for ever for a service, and leaves time for the others", async () => {
    const server = await createServer({
      platform: testPlatform({ env: { SANFEN_SHUTDOWN_MS: "400" } }),
      services: [
        testService({ name: "ingest", stop: () => wait(20) }),
        testService({ stop: () => Promise.withResolvers<void>().promise }),
      ],
      serviceName: "test",
    });
    await server.start();
    await expect(server.stop()).rejects.toMatchObject({ errors: [new Error("scorer did not stop in time")] });
  });

  test("a service that starts after the stop is stopped too, however late", async () => {
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stop = vi.fn(async () => {});
    const late = testService({
      start: async () => {
        begun.resolve();
        await go.promise;
        return { readiness: () => ({ ready: true, reasons: [] }), stop };
      },
    });
    const server = await serve([late], { env: { SANFEN_SHUTDOWN_MS: "20" } });
    const starting = expect(server.start()).rejects.toThrow("the server was stopped");
    await begun.promise;
    await server.stop();
    expect(stop).not.toHaveBeenCalled();
    go.resolve();
    await starting;
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe("every answer", () => {
  test("has headers that keep it from being sniffed, framed or cached, and an id", async () => {
    const server = await serve([testService({ routes: one })]);
    for (const url of ["/v1/things/1", "/v1/nothing"]) {
      const { headers } = await server.app.inject({ url, headers: { "x-request-id": "mine-1" } });
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-request-id": "mine-1",
      });
    }
    const { headers } = await server.app.inject({ url: "/livez", headers: { "x-request-id": "no\tgood" } });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("belongs to the caller's trace", async () => {
    const server = await serve([testService({ routes: one })]);
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const answer = await server.app.inject({ url: "/v1/things/1", headers });
    expect(answer.json<{ trace: string }>().trace).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  });

  test("is measured by the pattern of its route, without number", async () => {
    const server = await serve([testService({ routes: one })]);
    for (let id = 0; id < 20; id++) {
      await server.app.inject(`/v1/things/${id}`);
      await server.app.inject(`/v1/nothing/${id}`);
      await server.app.inject({ method: "DELETE", url: `/v1/things/${id}` });
    }
    const { body, headers } = await server.app.inject("/metrics");
    expect(headers["content-type"]).toContain("text/plain; version=0.0.4");
    const counts = body.split("\n").filter((line) => line.startsWith("sanfen_http_request_duration_seconds_count"));
    expect(counts.toSorted()).toEqual([
      'sanfen_http_request_duration_seconds_count{method="DELETE",route="/v1/things/:id",status="405"} 20',
      'sanfen_http_request_duration_seconds_count{method="GET",route="/v1/things/:id",status="200"} 20',
      'sanfen_http_request_duration_seconds_count{method="GET",route="unknown",status="404"} 20',
    ]);
    expect(await checkMetrics(body)).toBe("");
  }, 120_000);
});

test("/openapi.json describes the routes, who may use them, and problems", async () => {
  const server = await serve([
    testService({ routes: one }),
    testService({ name: "ingest", routes: post("/v1/undescribed") }),
  ]);
  const document = (await server.app.inject("/openapi.json")).json<Record<string, unknown>>();
  expect(document).toMatchObject({
    openapi: "3.1.0",
    info: { title: "sanfen test" },
    paths: {
      "/v1/things/{id}": {
        get: {
          "x-access": "read",
          responses: {
            "200": { content: { "application/json": {} } },
            "4XX": {
              content: {
                "application/problem+json": { schema: { required: expect.arrayContaining(["status"]) as string[] } },
              },
            },
            "5XX": { content: { "application/problem+json": {} } },
          },
        },
      },
      "/readyz": { get: { "x-access": "public", responses: { "200": {} } } },
      "/metrics": { get: { responses: { "200": { content: { "text/plain": { schema: { type: "string" } } } } } } },
      "/v1/undescribed": { post: { responses: { "2XX": {} } } },
    },
  });
  const { paths } = document as { paths: Record<string, Record<string, unknown>> };
  expect(Object.keys(paths).toSorted()).toEqual([
    "/livez",
    "/metrics",
    "/readyz",
    "/v1/things/{id}",
    "/v1/undescribed",
  ]);
  // The answers "not for this path" are no part of the interface.
  expect(Object.keys(paths["/v1/things/{id}"]!)).toEqual(["get"]);
});

test("content types that one service adds stay its own", async () => {
  const server = await serve([
    testService({
      name: "ingest",
      routes: (app) => {
        app.addContentTypeParser("application/x-ndjson", (_request, _payload, done) => done(null, []));
        post("/v1/lines")(app);
      },
    }),
    testService({ routes: post("/v1/other") }),
  ]);
  const status = async (url: string): Promise<number> =>
    (
      await server.app.inject({
        method: "POST",
        url,
        headers: { "content-type": "application/x-ndjson" },
        payload: "1",
      })
    ).statusCode;
  expect(await status("/v1/lines")).toBe(200);
  expect(await status("/v1/other")).toBe(415);
});
