import { createServer, type Config, type Server } from "@sanfen/service";
import { testPlatform, testService } from "@sanfen/service/testing";
import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { addPeers, PEER_PATHS, type PeerTimeouts } from "./peers.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const QUICK: PeerTimeouts = { connectMs: 500, headMs: 100, bodyMs: 100 };

async function listening(server: TcpServer): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        if ("closeAllConnections" in server) (server as { closeAllConnections(): void }).closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const peer = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listening(createHttpServer(answer));

async function gatewayTo(peers: Config["peers"], timeouts?: PeerTimeouts): Promise<string> {
  const service = testService({ name: "gateway", routes: (app) => addPeers(app, peers, timeouts) });
  const server: Server = await createServer({ platform: testPlatform(), services: [service], serviceName: "gateway" });
  ends.push(() => server.stop());
  return server.start();
}

describe("a peer that does not answer", () => {
  test("is not there: 502, a problem document", async () => {
    const closed = createTcpServer();
    const base = await listening(closed);
    await ends.pop()!();
    const response = await fetch(`${await gatewayTo({ scorer: base })}/v1/enterprises`);
    expect(response.status).toBe(502);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("retry-after")).toBe("2");
    const document = await response.text();
    expect(JSON.parse(document)).toMatchObject({ type: "urn:sanfen:problem:peer-unreachable", status: 502 });
    expect(document).not.toContain("127.0.0.1");
  });

  test("hangs up: 502", async () => {
    const base = await listening(createTcpServer((socket) => socket.destroy()));
    const response = await fetch(`${await gatewayTo({ scorer: base })}/v1/enterprises`);
    expect(response.status).toBe(502);
  });

  test("is late: 504", async () => {
    const base = await peer(() => {});
    const response = await fetch(`${await gatewayTo({ scorer: base }, QUICK)}/v1/enterprises`);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ type: "urn:sanfen:problem:peer-late" });
  });

  test("says 503: asked once, and its answer is passed on", async () => {
    let asked = 0;
    const base = await peer((_, response) => {
      asked += 1;
      response.writeHead(503, { "retry-after": "7" }).end("no");
    });
    const response = await fetch(`${await gatewayTo({ scorer: base })}/v1/enterprises`);
    expect([response.status, response.headers.get("retry-after"), await response.text(), asked]).toEqual([
      503,
      "7",
      "no",
      1,
    ]);
  });
});

describe("a request", () => {
  const seen: { url: string; method: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const recording = () => {
    seen.length = 0;
    return peer((received, response) => {
      void (async () => {
        const body = await text(received);
        seen.push({ url: received.url!, method: received.method!, headers: received.headers, body });
        response
          .writeHead(202, { "content-type": "application/json", connection: "close", "x-mine": "1" })
          .end('{"a":1}');
      })();
    });
  };

  test("arrives as it was sent, path, query and body; the answer too", async () => {
    const base = await recording();
    const url = await gatewayTo({ "region-aggregator": `${base}/inner`, ingest: base });
    const region = await fetch(`${url}/v1/regions/chicago%2F11/history?from=2014-01-01&x=%26`);
    expect([region.status, await region.text(), region.headers.get("x-mine")]).toEqual([202, '{"a":1}', "1"]);
    await fetch(`${url}/v1/facts`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: "{}\n{",
    });
    await fetch(`${url}/v1/imports?mapping=m`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "[1",
    });
    expect(seen.map(({ url: path, method, body }) => [method, path, body])).toEqual([
      ["GET", "/inner/v1/regions/chicago%2F11/history?from=2014-01-01&x=%26", ""],
      ["POST", "/v1/facts", "{}\n{"],
      ["POST", "/v1/imports?mapping=m", "[1"],
    ]);
  });

  test("leaves behind what belongs to its connection and what was judged here, and brings its id and trace", async () => {
    const url = await gatewayTo({ ingest: await recording() });
    const { host } = new URL(url);
    const sent = request(`${url}/v1/facts`, {
      method: "POST",
      headers: {
        origin: `http://${host}`,
        connection: "x-hop, close",
        "x-hop": "1",
        te: "trailers",
        "keep-alive": "timeout=5",
        "proxy-authorization": "secret",
        "x-request-id": "abc",
        "content-type": "application/json",
        expect: "100-continue",
      },
    });
    sent.end("{}");
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on("response", resolve).on("error", reject);
    });
    expect(await text(answer)).toBe('{"a":1}');
    expect(answer.headers["x-request-id"]).toBe("abc");
    const { headers } = seen[0]!;
    for (const name of ["x-hop", "te", "proxy-authorization", "origin", "expect"])
      expect(headers).not.toHaveProperty(name);
    expect(headers).toMatchObject({ "x-request-id": "abc", "x-forwarded-host": host, "x-forwarded-for": "127.0.0.1" });
    expect(headers["traceparent"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  test("of a page from elsewhere does not get through", async () => {
    const url = await gatewayTo({ ingest: await recording() });
    const response = await fetch(`${url}/v1/facts`, {
      method: "POST",
      headers: { origin: "https://evil.example" },
      body: "{}",
    });
    expect([response.status, seen]).toEqual([403, []]);
  });

  test("cannot climb out of its path", async () => {
    const url = await gatewayTo({ scorer: await recording() });
    for (const path of [
      "/v1/enterprises/..%2f..%2fmetrics",
      "/v1/enterprises/%2e%2e/%2e%2e/metrics",
      "/v1/enterprises/..%5c..%5cmetrics",
    ]) {
      const sent = request(url, { path });
      sent.end();
      const status = await new Promise((resolve) =>
        sent.on("response", (answer) => resolve(answer.resume().statusCode)),
      );
      expect(status).toBe(400);
    }
    expect(seen).toEqual([]);
  });

  test("with a body that is never held here: more goes through than a body may have", async () => {
    let bytes = 0;
    const base = await peer((received, response) => {
      received.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      received.on("end", () => response.end("ok"));
    });
    const url = await gatewayTo({ ingest: base });
    const piece = new Uint8Array(1_000_000);
    const body = Readable.from(Array.from({ length: 20 }, () => piece));
    const sent = request(`${url}/v1/imports`, { method: "POST", headers: { "content-type": "text/csv" } });
    body.pipe(sent);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on("response", resolve).on("error", reject);
    });
    expect([await text(answer), bytes]).toEqual(["ok", 20_000_000]);
  });
});

test("only what has an address is passed on, and the live stream never is", async () => {
  const base = await peer((_, response) => response.end("peer"));
  const url = await gatewayTo({ scorer: base });
  expect(await (await fetch(`${url}/v1/rulebooks`)).text()).toBe("peer");
  for (const path of ["/v1/tasks", "/v1/live", "/v1/site", "/v1/enterprisesX", "/metrics2"]) {
    expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
  }
  const documented = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
  expect(Object.keys(documented.paths).filter((path) => path.startsWith("/v1"))).toEqual([]);
  expect(Object.values(PEER_PATHS).flat()).not.toContain("/v1/live");
});
