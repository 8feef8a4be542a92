/** What only real connections show: bodies without end, slow clients, a stop while requests are in hand. */
import { once } from "node:events";
import { request as httpRequest, Agent, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createServer, type Server, type ServerOptions } from "./server.ts";
import type { App } from "./service.ts";
import { testPlatform } from "./testing/platform.ts";
import { testService } from "./testing/services.ts";

const MIB = 1_048_576;

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

interface Served {
  readonly server: Server;
  readonly port: number;
}

async function serve(
  routes: (app: App) => void,
  options: Partial<ServerOptions> = {},
  env: Record<string, string> = {},
): Promise<Served> {
  const server = await createServer({
    platform: testPlatform({ env }),
    services: [testService({ routes })],
    serviceName: "test",
    ...options,
  });
  servers.push(server);
  return { server, port: Number(new URL(await server.start()).port) };
}

/** A bare connection: sends what it is told, gathers what comes until the other side closes. */
async function open(port: number): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A server that refuses a body may reset the connection while it is being sent.
  socket.on("error", () => socket.destroy());
  const answer = once(socket, "close").then(() => Buffer.concat(chunks).toString());
  await once(socket, "connect");
  return { socket, answer };
}

function echo(app: App): void {
  app.post("/v1/echo", { config: { access: "write" } }, (request) => request.body);
}

test("a body of 100 MB is refused without being kept", async () => {
  const { port } = await serve(echo, {}, { SANFEN_MAX_BODY_BYTES: String(MIB) });
  const client = httpRequest({
    port,
    host: "127.0.0.1",
    method: "POST",
    path: "/v1/echo",
    headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
  });
  const answered = once(client, "response") as Promise<[IncomingMessage]>;
  client.on("error", () => client.destroy());
  const chunk = Buffer.alloc(MIB / 4, " ");
  const before = process.memoryUsage().rss;
  let highest = before;
  let sent = 0;
  const refused = new AbortController();
  void answered.then(() => refused.abort());
  while (sent < 100 * MIB && !refused.signal.aborted && !client.destroyed) {
    sent += chunk.length;
    if (!client.write(chunk)) {
      const { signal, abort } = listening();
      await Promise.race([once(client, "drain", { signal }), once(client, "close", { signal }), answered]);
      abort();
    }
    highest = Math.max(highest, process.memoryUsage().rss);
  }
  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  expect(response.headers["content-type"]).toBe("application/problem+json");
  expect(response.headers.connection).toBe("close");
  response.resume();
  client.destroy();
  expect(highest - before).toBeLessThan(40 * MIB);
});

test("a body that says that it is too large is not read at all", async () => {
  const { port } = await serve(echo, {}, { SANFEN_MAX_BODY_BYTES: String(MIB) });
  const { socket, answer } = await open(port);
  socket.write(
    `POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${100 * MIB}\r\n\r\n{`,
  );
  expect(await answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*"urn:sanfen:problem:body-too-large"/);
});

test("a client that dribbles is cut off with a problem, and slows nobody", async () => {
  const { port } = await serve(echo, { headersTimeoutMs: 200, requestTimeoutMs: 200 });
  const head = await open(port);
  const body = await open(port);
  head.socket.write("GET /livez HTTP/1.1\r\nHo");
  body.socket.write(
    "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n[1,",
  );
  const others = await Promise.all(Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${port}/livez`)));
  expect(others.map((each) => each.status)).toEqual(Array.from({ length: 20 }, () => 200));
  for (const { answer } of [head, body]) {
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"status":408/);
  }
});

test.each([
  ["what is no HTTP", "hello\r\n\r\n", 400],
  ["a head too large", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
])("%s gets a problem, and the connection closed", async (_what, bytes, status) => {
  const { port } = await serve(echo);
  const { socket, answer } = await open(port);
  socket.write(bytes);
  const [head, document] = (await answer).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(document!)).toMatchObject({ status });
});

test("a stop lets requests in hand end, refuses new ones, then stops the services, then closes", async () => {
  const steps: string[] = [];
  const [arrived, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = await createServer({
    platform: testPlatform(),
    services: [
      testService({
        routes: (app) => {
          app.get("/v1/slow", { config: { access: "read" } }, async () => {
            arrived.resolve();
            await go.promise;
            steps.push("answered");
            return { done: true };
          });
        },
        stop: async () => void steps.push("stopped"),
      }),
    ],
    serviceName: "test",
  });
  servers.push(server);
  const address = await server.start();
  // Connections that are open already: a listener that is closed would prove nothing.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await get(`${address}/livez`, agent)).status).toBe(200);
  const slow = fetch(`${address}/v1/slow`);
  await arrived.promise;

  const stopping = server.stop();
  const refused = await get(`${address}/v1/slow`, agent);
  expect(refused).toMatchObject({
    status: 503,
    headers: { "retry-after": "2", connection: "close", "content-type": "application/problem+json" },
  });
  expect((await get(`${address}/livez`, agent)).status).toBe(200);
  expect(await get(`${address}/readyz`, agent)).toMatchObject({
    status: 503,
    body: expect.stringContaining('"stopping"') as string,
  });
  expect(steps).toEqual([]);
  go.resolve();
  const answer = await slow;
  expect(await answer.json()).toEqual({ done: true });
  expect(answer.headers.get("connection")).toBe("close");
  await stopping;
  expect(steps).toEqual(["answered", "stopped"]);
  await expect(fetch(`${address}/livez`)).rejects.toThrow();
  agent.destroy();
});

test("a stop does not wait for ever for a request", async () => {
  const arrived = Promise.withResolvers<void>();
  const { server, port } = await serve(
    (app) => {
      app.get("/v1/never", { config: { access: "read" } }, () => {
        arrived.resolve();
        return Promise.withResolvers<object>().promise;
      });
    },
    {},
    { SANFEN_SHUTDOWN_MS: "100" },
  );
  const never = expect(fetch(`http://127.0.0.1:${port}/v1/never`)).rejects.toThrow();
  await arrived.promise;
  await server.stop();
  await never;
});

test("a client that went away is not waited for", async () => {
  const arrived = Promise.withResolvers<void>();
  const { server, port } = await serve((app) => {
    app.get("/v1/never", { config: { access: "read" } }, () => {
      arrived.resolve();
      return Promise.withResolvers<object>().promise;
    });
  });
  const { socket, answer } = await open(port);
  socket.write("GET /v1/never HTTP/1.1\r\nHost: x\r\n\r\n");
  await arrived.promise;
  socket.destroy();
  await answer;
  const late = new AbortController();
  const ended = await Promise.race([
    server.stop().then(() => "stopped"),
    wait(4_000, "still waiting", { signal: late.signal }),
  ]);
  late.abort();
  expect(ended).toBe("stopped");
});

/** A signal by which listeners that lost a race are taken off again. */
function listening(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function get(url: string, agent: Agent): Promise<Answer> {
  const client = httpRequest(url, { agent });
  client.end();
  const [response] = (await once(client, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
}
