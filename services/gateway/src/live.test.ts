/** `/v1/live` over real sockets. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startGateway, type TestGateway, type TestGatewayParts } from "./testing/gateway-harness.ts";
import { refusal, TestClient } from "./testing/live-client.ts";
import { colour, grade, task, version, warning } from "./testing/samples.ts";

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function started(parts: TestGatewayParts = {}): Promise<TestGateway> {
  const gateway = await startGateway({ env: { SANFEN_SHUTDOWN_MS: "4000" }, ...parts });
  ends.push(gateway.stop);
  return gateway;
}

async function connected(gateway: TestGateway): Promise<TestClient> {
  const client = await TestClient.open(gateway.url);
  ends.push(() => client.socket.terminate());
  return client;
}

const codes = (items: unknown) => (items as { code: string }[]).map(({ code }) => code).toSorted();

describe("the door", () => {
  test("pages of other origins are turned away; those listed are not", async () => {
    const gateway = await started({ env: { SANFEN_ORIGINS: "https://wall.example.org" } });
    expect(await refusal(gateway.url, { origin: "https://evil.example.org" })).toBe(403);
    const client = await TestClient.open(gateway.url, { origin: "https://wall.example.org" });
    expect(await client.nth("hello")).toMatchObject({ protocol: 1 });
    client.socket.terminate();
  });

  test("a request that does not upgrade is told to what", async () => {
    const gateway = await started();
    const response = await fetch(`${gateway.url}/v1/live`);
    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ type: "urn:sanfen:problem:upgrade-required", status: 426 });
  });

  test("an upgrade elsewhere gets the answer that the path has, and its socket does not stay", async () => {
    const gateway = await started({ options: { limits: { astrayMs: 20 } } });
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
    socket.write("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test("as many as one process takes, and no more", async () => {
    const gateway = await started({ options: { limits: { maxClients: 2 } } });
    await Promise.all([connected(gateway), connected(gateway)]);
    expect(await refusal(gateway.url)).toBe(503);
    const { values } = await gateway.platform.metrics.liveClients.get();
    expect(values[0]?.value).toBe(2);
  });

  test("nobody is let in before what the store holds is known", async () => {
    const opened = Promise.withResolvers<void>();
    const gateway = await started({
      isReady: false,
      rows: { Colour: [colour("33", 1)] },
      around: {
        store: (store) => ({
          ...store,
          scan: async function* (collection, partition) {
            await opened.promise;
            yield* store.scan(collection, partition);
          },
        }),
      },
    });
    expect(await refusal(gateway.url)).toBe(503);
    expect((await gateway.readiness()).reasons).toContain("gateway: loading grades");
    opened.resolve();
    await vi.waitUntil(async () => (await gateway.readiness()).ready);
    const client = await connected(gateway);
    client.subscribe("colours:33");
    expect(codes((await client.nth("snapshot"))["items"])).toEqual(["33"]);
  });
});

describe("garbage", () => {
  test("is answered, and cut off when there is too much of it; others do not notice", async () => {
    const gateway = await started();
    const [bad, good] = await Promise.all([connected(gateway), connected(gateway)]);
    bad.socket.send("{");
    bad.socket.send(Buffer.from("{}"));
    bad.say({ op: "subscribe", channel: "facts:33" });
    expect((await bad.nth("error", 3))["code"]).toBe("unknown-channel");
    expect(bad.of("error").map(({ code }) => code)).toEqual(["bad-json", "binary", "unknown-channel"]);
    for (let i = 0; i < 20; i++) bad.socket.send("?");
    expect(await bad.closed).toEqual({ code: 4002, reason: "protocol" });
    expect(bad.frames.at(-1)).toMatchObject({ op: "bye", reason: "protocol" });
    good.subscribe("colours:33");
    await good.nth("snapshot");
  });

  test("frames too large or against the WebSocket protocol end the connection with the library's own code", async () => {
    const gateway = await started();
    const [large, notText] = await Promise.all([connected(gateway), connected(gateway)]);
    large.socket.send("x".repeat(70_000));
    expect((await large.closed).code).toBe(1009);
    notText.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await notText.closed).code).toBe(1007);
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  });
});

describe("a channel", () => {
  test("begins with a snapshot of store and topic, and goes on with events", async () => {
    const gateway = await started({ rows: { Colour: [colour("3304", 1), colour("3305", 1), colour("3205", 1)] } });
    await gateway.say("Colour", colour("3304", 2, { colour: "red" }), colour("3304", 1));
    await gateway.caughtUp();
    const client = await connected(gateway);
    const hello = await client.nth("hello");
    client.subscribe("colours:33");
    const snapshot = await client.nth("snapshot");
    expect(snapshot).toMatchObject({ channel: "colours:33", epoch: hello["epoch"] });
    expect(codes(snapshot["items"])).toEqual(["3304", "3305"]);
    expect(snapshot["items"]).toContainEqual(
      expect.objectContaining({ code: "3304", colour: "red", asOf: "2024-10-04" }),
    );

    await gateway.say("Colour", colour("3205", 5), colour("3305", 5, { colour: "orange" }), colour("3305", 4));
    const event = await client.nth("event");
    expect(event).toMatchObject({ channel: "colours:33", record: { code: "3305", colour: "orange" } });
    expect(Number(event["offset"])).toBeGreaterThan(Number(snapshot["offset"]));
    await gateway.caughtUp();
    client.say({ op: "unsubscribe", channel: "colours:33" });
    client.subscribe("tasks:");
    await client.nth("snapshot", 2);
    await gateway.say("Colour", colour("3305", 6));
    await gateway.say("Task", task("t", null, 1));
    expect(await client.nth("event", 2)).toMatchObject({ channel: "tasks:", record: { id: "t" } });
  });

  test("of each kind; an enterprise that moves is told to those it leaves", async () => {
    const gateway = await started({
      rows: { Grade: [grade("a", "330402", 1), grade("b", "330402", 1, { gone: true })] },
    });
    const client = await connected(gateway);
    for (const channel of ["grades:330402", "warnings:33", "tasks:33"]) client.subscribe(channel);
    const snapshot = await client.nth("snapshot");
    expect((snapshot["items"] as { id: string }[]).map(({ id }) => id)).toEqual(["a"]);
    await client.nth("snapshot", 3);
    await gateway.say("Grade", grade("a", "330411", 2));
    expect(await client.nth("event")).toMatchObject({
      channel: "grades:330402",
      record: { id: "a", region: "330411" },
    });
    await gateway.say("Warning", warning("w", "", 1));
    expect(await client.nth("event", 2)).toMatchObject({ channel: "warnings:33", record: { id: "w" } });
  });

  test("bytes that are no event are put aside, and the partition goes on", async () => {
    const gateway = await started();
    const client = await connected(gateway);
    client.subscribe("colours:33");
    await client.nth("snapshot");
    await gateway.append("sanfen.colours", "3304", Buffer.from("rubbish that is long enough"));
    await gateway.say("Colour", colour("3304", 1));
    expect(await client.nth("event")).toMatchObject({ record: { code: "3304" } });
    const { values } = await gateway.platform.metrics.deadLetters.get();
    expect(values).toEqual([{ labels: { topic: "sanfen.colours", reason: "no-marker" }, value: 1 }]);
  });
});

describe("coming back", () => {
  test("with an offset of this process: what was missed, in order, and nothing else", async () => {
    const gateway = await started();
    const first = await connected(gateway);
    first.subscribe("colours:33");
    const { epoch, offset } = await first.nth("snapshot");
    first.socket.terminate();
    await gateway.say("Colour", colour("3304", 1), colour("3305", 2), colour("44", 2), colour("3304", 3));
    await gateway.caughtUp();
    const second = await connected(gateway);
    second.subscribe("colours:33", { epoch, offset });
    expect(await second.nth("resumed")).toEqual({ op: "resumed", channel: "colours:33", offset });
    await second.nth("event", 2);
    const records = second.of("event").map(({ record }) => record as { code: string; version: unknown });
    expect(new Map(records.map((record) => [record.code, record.version]))).toEqual(
      new Map([
        ["3304", version(3)],
        ["3305", version(2)],
      ]),
    );
    const offsets = second.of("event").map((frame) => Number(frame["offset"]));
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(second.of("snapshot")).toEqual([]);
  });

  test("to another process, or too late: a snapshot", async () => {
    const gateway = await started({ options: { recentEvents: 3 } });
    const client = await connected(gateway);
    const { epoch } = await client.nth("hello");
    for (let at = 1; at <= 5; at++) await gateway.say("Colour", colour(`330${at}`, at));
    await gateway.caughtUp();
    client.subscribe("colours:33", { epoch: "another", offset: 5 });
    expect((await client.nth("snapshot"))["items"]).toHaveLength(5);
    client.subscribe("colours:33", { epoch, offset: 1 });
    expect((await client.nth("snapshot", 2))["items"]).toHaveLength(5);
    client.subscribe("colours:33", { epoch, offset: 99 });
    await client.nth("snapshot", 3);
    client.subscribe("colours:33", { epoch, offset: 2 });
    await client.nth("resumed");
    await client.nth("event", 3);
  });

  test("to a gateway that has lost its topic: events of the new one come by themselves", async () => {
    const gateway = await started({ options: { resubscribeMs: 5 } });
    await gateway.say("Colour", colour("3304", 50), colour("3305", 51));
    await gateway.caughtUp();
    const client = await connected(gateway);
    client.subscribe("colours:33");
    await client.nth("snapshot");
    const { log, config } = gateway.platform;
    await log.drop("sanfen.colours");
    await vi.waitUntil(async () => !(await gateway.readiness()).ready, { interval: 1 });
    await log.ensure([{ topic: "sanfen.colours", partitions: config.partitions }]);
    await gateway.say("Colour", colour("3304", 1, { colour: "red", version: version(1, 2) }));
    expect(await client.nth("event")).toMatchObject({ record: { code: "3304", colour: "red" } });
    await vi.waitUntil(async () => (await gateway.readiness()).ready, { interval: 2 });
  });
});

describe("many clients", () => {
  test("two hundred get the same event", async () => {
    const gateway = await started();
    const clients = await Promise.all(Array.from({ length: 200 }, () => connected(gateway)));
    for (const client of clients) client.subscribe("colours:33");
    await Promise.all(clients.map((client) => client.nth("snapshot")));
    await gateway.say("Colour", colour("3304", 1));
    const events = await Promise.all(clients.map((client) => client.nth("event")));
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test("one that stops reading slows no other, and is cut off with the code that says so", async () => {
    const gateway = await started({ options: { limits: { maxQueueBytes: 100_000, closeMs: 60_000 } } });
    const [slow, quick] = await Promise.all([connected(gateway), connected(gateway)]);
    for (const client of [slow, quick]) client.subscribe("grades:33");
    await Promise.all([slow.nth("snapshot"), quick.nth("snapshot")]);
    slow.socket.pause();
    // 26 MB: more than the kernel takes on both sides.
    const products = Array.from({ length: 400 }, (_, i) => `product ${i}`);
    for (let i = 0; i < 4_000; i++) await gateway.say("Grade", grade(`e${i}`, "33", i, { products }));
    await quick.nth("event", 4_000);
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 4001, reason: "slow" });
    expect(slow.frames.at(-1)).toMatchObject({ op: "bye", reason: "slow" });
    expect(quick.of("event")).toHaveLength(4_000);
  });

  test("a quiet line hears a heartbeat with instant and offset, and is pinged", async () => {
    const gateway = await started({ options: { limits: { heartbeatMs: 20, pingMs: 20, lookMs: 5 } } });
    const client = await connected(gateway);
    let pings = 0;
    client.socket.on("ping", () => {
      pings += 1;
    });
    const { instant, offset } = await client.nth("heartbeat", 2);
    expect(new Date(String(instant)).toISOString()).toBe(instant);
    expect(offset).toBe(0);
    await vi.waitUntil(() => pings > 1, { interval: 2 });
  });

  test("one that does not answer pings is ended", async () => {
    const gateway = await started({ options: { limits: { pingMs: 20, pongMs: 20, lookMs: 5 } } });
    const client = await TestClient.open(gateway.url, { autoPong: false });
    expect((await client.closed).code).toBe(1006);
  });
});

describe("the end", () => {
  test("everyone is told to come back, not all at once, and the server stops", async () => {
    const gateway = await startGateway();
    const clients = await Promise.all(Array.from({ length: 20 }, () => TestClient.open(gateway.url)));
    await gateway.stop();
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1012, reason: "restart" });
      expect(client.frames.at(-1)).toMatchObject({ op: "bye", reason: "shutdown" });
    }
    const waits = clients.map((client) => Number(client.frames.at(-1)!["reconnectAfterMs"]));
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
  });

  test("one that does not close its side holds nobody up", async () => {
    const gateway = await startGateway({ options: { limits: { stopMs: 50 } } });
    const client = await TestClient.open(gateway.url);
    client.socket.pause();
    await gateway.stop();
    client.socket.resume();
    await client.closed;
  });
});
