import { encode, type Command } from "@sanfen/events";
import { memoryBroker } from "@sanfen/log";
import { partitionOf } from "@sanfen/model";
import { createServer, type Platform, type Server } from "@sanfen/service";
import { testPlatform } from "@sanfen/service/testing";
import { openMemoryStore, type Store } from "@sanfen/store";
import { COMMANDS, topicSpecs, WARNING_ROWS } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { alertPublisher } from "./index.ts";
import { recall, WARNING_ID, worstColour } from "./testing/commands.ts";

const PARTITIONS = 2;

interface World {
  readonly platform: Platform;
  readonly server: Server;
  readonly url: string;
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.stop()));
});

async function started(...commands: readonly Command[]): Promise<World> {
  return startedOver(openMemoryStore(), ...commands);
}

async function startedOver(store: Store, ...commands: readonly Command[]): Promise<World> {
  const platform = {
    ...testPlatform({
      env: { SANFEN_FLUSH_MS: "10", SANFEN_PARTITIONS: String(PARTITIONS) },
      // Instants in events are whole.
      clock: () => Math.floor(performance.timeOrigin + performance.now()),
    }),
    log: memoryBroker().connect(),
    store,
  };
  await platform.log.ensure(topicSpecs(PARTITIONS));
  const server = await createServer({ platform, services: [alertPublisher], serviceName: "test" });
  servers.push(server);
  const at = { platform, server, url: await server.start() };
  await append(at, ...commands);
  const count = new Set(commands.map(({ object }) => object)).size;
  await vi.waitFor(async () => expect((await ask(at, "/v1/warnings")).body["items"]).toHaveLength(count), 5_000);
  return at;
}

async function append({ platform }: World, ...commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    const entry = { key: command.object, value: encode("Command", command) };
    await platform.log.append(COMMANDS, partitionOf(command.object, PARTITIONS), [entry]);
  }
}

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(at: World, path: string, body?: object): Promise<Reply> {
  const init = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(at.url + path, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function post(at: World, verb: string, body: object, id: string = WARNING_ID): Promise<Reply> {
  return ask(at, `/v1/warnings/${encodeURIComponent(id)}/${verb}`, body);
}

test.each([
  [{ actor: "王五", expected: null }, "/actor"],
  [{ actor: "p1" }, "/expected"],
  [{ actor: "p1", expected: null, until: "2027-01-01" }, "/until"],
])("refuses %j at %s", async (body, pointer) => {
  const at = await started();
  expect(await post(at, "acknowledge", body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
});

test("knows what it does not know", async () => {
  const at = await started();
  expect((await ask(at, "/v1/warnings/warning:nobody")).status).toBe(404);
  expect((await post(at, "resolve", { actor: "p1", expected: null })).status).toBe(404);
  expect((await ask(at, "/v1/warnings?state=open")).status).toBe(400);
});

test("of two who acknowledge at once exactly one does, and resolves it", async () => {
  const at = await started(recall());
  const replies = await Promise.all(
    ["p1", "p2"].map((actor) => post(at, "acknowledge", { actor, expected: null, id: `by-${actor}` })),
  );
  const won = replies.find(({ status }) => status === 200);
  const lost = replies.find(({ status }) => status === 409);
  expect(won?.body).toMatchObject({ id: WARNING_ID, state: "acknowledged" });
  const { lastCommand } = won!.body;
  expect(lost?.body).toMatchObject({ reason: "stale", lastCommand });
  expect(await post(at, "resolve", { actor: "p3", expected: lastCommand, note: "召回完成" })).toMatchObject({
    status: 200,
    body: { state: "resolved", steps: [{ kind: "acknowledge" }, { kind: "resolve", note: "召回完成" }] },
  });
});

test("an accepted command is answered with the warning as it is after it, however late that is stored", async () => {
  const store = openMemoryStore();
  const put = store.put.bind(store);
  store.put = async (collection, rows) => {
    if (collection.name === WARNING_ROWS.name) await pause(60);
    return put(collection, rows);
  };
  const at = await startedOver(store, recall());
  expect(await post(at, "acknowledge", { actor: "p1", expected: null })).toMatchObject({
    status: 200,
    body: { state: "acknowledged" },
  });
});

test("a cause that is withdrawn withdraws the warning", async () => {
  const at = await started(recall());
  await append(at, recall({ revision: 2, withdrawn: true }));
  await vi.waitFor(async () => {
    expect((await ask(at, `/v1/warnings/${WARNING_ID}`)).body["state"]).toBe("withdrawn");
  }, 5_000);
});

async function pages(at: World, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const { body } = await ask(at, `/v1/warnings?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    ids.push(...(body["items"] as { id: string }[]).map(({ id }) => id.slice(-1)));
    cursor = (body["next"] as string | undefined) ?? "";
  } while (cursor);
  return ids;
}

describe("the list", () => {
  test("is newest first, by region, state and kind, in pages", async () => {
    const at = await started(
      ...Array.from({ length: 6 }, (_, i) => {
        const object = `warning:${String(i).padStart(24, "0")}`;
        const given = { object, day: 20_000 + i, region: i < 3 ? "330402" : "3305" };
        return i % 2 === 0 ? recall(given) : worstColour(given);
      }),
    );
    expect(await pages(at, "limit=4")).toEqual(["5", "4", "3", "2", "1", "0"]);
    expect(await pages(at, "region=3304&limit=1")).toEqual(["2", "1", "0"]);
    expect(await pages(at, "kind=region_worst")).toEqual(["5", "3", "1"]);
    expect(await pages(at, "state=raised&kind=recall&region=3304")).toEqual(["2", "0"]);
    expect(await pages(at, "state=resolved")).toEqual([]);
  });
});
