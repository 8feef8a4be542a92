import { decodeBody } from "@sanfen/events";
import { openMemoryStore } from "@sanfen/store";
import { COMMANDS, FACTS, TASK_ROWS } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { cause, FAILED, SUBJECT, TASK_ID } from "./testing/commands.ts";
import { appendCommands, eventsIn, withMember, world, type World, type WorldParts } from "./testing/serve.ts";

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.close()));
});

async function started(parts: WorldParts = {}): Promise<World> {
  const made = await world(parts);
  worlds.push(made);
  made.url = await made.server.start();
  return made;
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

function post(at: World, verb: string, body: object, id: string = TASK_ID): Promise<Reply> {
  return ask(at, `/v1/tasks/${encodeURIComponent(id)}/${verb}`, body);
}

async function withTask(parts: WorldParts = {}): Promise<World> {
  const at = await started(parts);
  await appendCommands(at.log, cause());
  await vi.waitFor(async () => expect((await ask(at, `/v1/tasks/${TASK_ID}`)).status).toBe(200), 5_000);
  return at;
}

const ACCEPT = { actor: "p1", expected: null };
const FEEDBACK = { actor: "p1", result: "pass", occurredOn: "2026-01-05" };

describe("what is refused at the door", () => {
  test.each([
    ["accept", { actor: "张三", expected: null }, "/actor"],
    ["accept", { actor: "", expected: null }, "/actor"],
    ["accept", { actor: "p".repeat(65), expected: null }, "/actor"],
    ["accept", { actor: "p1" }, "/expected"],
    ["accept", { ...ACCEPT, id: "a b" }, "/id"],
    ["accept", { ...ACCEPT, note: "x".repeat(2_001) }, "/note"],
    ["accept", { ...ACCEPT, result: "pass" }, "/result"],
    ["feedback", { ...FEEDBACK, expected: null, result: "unknown" }, "/result"],
    ["feedback", { ...FEEDBACK, expected: null, result: undefined }, "/result"],
    ["feedback", { ...FEEDBACK, expected: null, occurredOn: "2999-01-01" }, "/occurredOn"],
    ["feedback", { ...FEEDBACK, expected: null, occurredOn: "1948-12-31" }, "/occurredOn"],
    ["recheck", { ...FEEDBACK, expected: null, occurredOn: "2026-02-30" }, "/occurredOn"],
    ["recheck", { ...FEEDBACK, expected: null, items: [""] }, "/items/0"],
    ["recheck", { ...FEEDBACK, expected: null, severity: "worse" }, "/severity"],
  ])("%s %j: 422 at %s, and nothing in the log", async (verb, body, pointer) => {
    const at = await started();
    const { status, body: answer } = await post(at, verb, body);
    expect(status).toBe(422);
    expect(answer["errors"]).toMatchObject([{ pointer }]);
    expect(await eventsIn(at.log, COMMANDS, "Command")).toEqual([]);
  });

  test("a task that is none: 404, and nothing in the log", async () => {
    const at = await started();
    expect((await ask(at, "/v1/tasks/task:nobody")).status).toBe(404);
    expect(await post(at, "accept", ACCEPT)).toMatchObject({
      status: 404,
      body: { type: "urn:sanfen:problem:unknown-task" },
    });
    expect(await eventsIn(at.log, COMMANDS, "Command")).toEqual([]);
  });
});

test("of two who accept at once exactly one has it", async () => {
  const at = await withTask();
  const replies = await Promise.all(["p1", "p2"].map((actor) => post(at, "accept", { actor, expected: null })));
  const won = replies.find(({ status }) => status === 200);
  const lost = replies.find(({ status }) => status === 409);
  expect([won, lost]).not.toContain(undefined);
  expect(won!.body).toMatchObject({ id: TASK_ID, state: "accepted" });
  expect(lost!.body).toMatchObject({
    type: "urn:sanfen:problem:command-refused",
    reason: "stale",
    lastCommand: won!.body["lastCommand"],
  });
});

test("an accepted command is answered with the task as it is after it, however late that is stored", async () => {
  const store = openMemoryStore();
  const late = withMember(store, "put", async (collection, rows) => {
    if (collection.name === TASK_ROWS.name) await pause(60);
    return store.put(collection, rows);
  });
  const at = await withTask({ store: late });
  expect(await post(at, "accept", ACCEPT)).toMatchObject({ status: 200, body: { state: "accepted", assignee: "p1" } });
});

test("accepted, reported on, closed: and the result comes round as a fact", async () => {
  const at = await withTask();
  const accepted = await post(at, "accept", { ...ACCEPT, note: "明天去" });
  expect(accepted.body).toMatchObject({
    state: "accepted",
    assignee: "p1",
    steps: [{ kind: "accept", note: "明天去" }],
  });
  const expected = accepted.body["lastCommand"];
  const reported = await post(at, "feedback", { ...FEEDBACK, expected, id: "feedback-1" });
  expect(reported).toMatchObject({ status: 200, body: { state: "reported", lastCommand: "feedback-1" } });
  await vi.waitFor(async () => expect(await eventsIn(at.log, FACTS, "Fact")).toHaveLength(1), 5_000);
  const [fact] = await eventsIn(at.log, FACTS, "Fact");
  expect(fact).toMatchObject({ id: "feedback-1", subject: SUBJECT, kind: "reinspection", product: "1201" });
  expect(decodeBody(fact!)).toMatchObject({ value: { result: "pass", of: FAILED } });
  const closed = await post(at, "close", { actor: "p1", expected: "feedback-1" });
  expect(closed).toMatchObject({ status: 200, body: { state: "closed", steps: [{}, {}, { kind: "close" }] } });
  expect(await post(at, "rectify", { actor: "p1", expected: closed.body["lastCommand"] })).toMatchObject({
    status: 409,
    body: { reason: "closed" },
  });
});

describe("the same id again", () => {
  test("gives the same answer and acts once", async () => {
    const at = await withTask();
    const body = { ...ACCEPT, id: "once" };
    const replies = await Promise.all([post(at, "accept", body), post(at, "accept", body), post(at, "accept", body)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await post(at, "accept", body)).body["steps"]).toHaveLength(1);
    const refused = { actor: "p2", expected: null, id: "late" };
    expect((await post(at, "accept", refused)).status).toBe(409);
    const appended = (await eventsIn(at.log, COMMANDS, "Command")).length;
    expect((await post(at, "accept", refused)).status).toBe(409);
    expect(await eventsIn(at.log, COMMANDS, "Command")).toHaveLength(appended);
  });

  test("for something else is refused", async () => {
    const at = await withTask();
    await post(at, "accept", { ...ACCEPT, id: "x" });
    expect(await post(at, "close", { actor: "p1", expected: "x", id: "x" })).toMatchObject({
      status: 409,
      body: { type: "urn:sanfen:problem:command-id-taken" },
    });
  });
});

async function filled(): Promise<World> {
  const at = await started();
  const tasks = Array.from({ length: 9 }, (_, i) =>
    cause({
      id: `c${i}`,
      object: `task:${String(i).padStart(24, "0")}`,
      cause: `f${i}`,
      day: 20_000 + i,
      region: i % 3 === 0 ? "330402001" : "330411",
    }),
  );
  await appendCommands(at.log, ...tasks);
  await vi.waitFor(async () => expect((await ask(at, "/v1/tasks")).body["items"]).toHaveLength(9), 5_000);
  return at;
}

async function pages(at: World, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const { status, body } = await ask(at, `/v1/tasks?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    expect(status).toBe(200);
    ids.push(...(body["items"] as { id: string }[]).map(({ id }) => id.slice(-1)));
    cursor = (body["next"] as string | undefined) ?? "";
  } while (cursor);
  return ids;
}

describe("a list", () => {
  test("is newest first, by region, state and assignee, in pages that miss and repeat none", async () => {
    const at = await filled();
    expect(await pages(at, "limit=4")).toEqual(["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
    expect(await pages(at, "region=330402&limit=2")).toEqual(["6", "3", "0"]);
    expect(await pages(at, "region=33041")).toEqual([]);
    await post(at, "accept", ACCEPT, `task:${"4".padStart(24, "0")}`);
    expect(await pages(at, "assignee=p1")).toEqual(["4"]);
    expect(await pages(at, "state=accepted&region=330411")).toEqual(["4"]);
    expect(await pages(at, "state=open&limit=1&region=330411")).toEqual(["8", "7", "5", "2", "1"]);
  });

  test("refuses a state that is none, and a foreign cursor", async () => {
    const at = await started();
    expect((await ask(at, "/v1/tasks?state=done")).status).toBe(400);
    expect((await ask(at, "/v1/tasks?cursor=abc")).status).toBe(400);
  });
});
