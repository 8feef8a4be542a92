import { decode, type Command } from "@sanfen/events";
import { LogError, memoryBroker } from "@sanfen/log";
import { COMMANDS, CONTROL } from "@sanfen/stream";
import { Type } from "typebox";
import { afterEach, expect, test } from "vitest";
import { answerOutcome, COMMAND_FIELDS, CommandDoor, PENDING, type Order, type Sight } from "./command-route.ts";
import { createServer, type Server } from "./server.ts";
import type { App, Platform } from "./service.ts";
import { testPlatform, type TestPlatformParts } from "./testing/platform.ts";
import { testService } from "./testing/services.ts";

const MINUTE = 60_000;

/** A platform over a log in memory; its clock goes on by a second whenever it is read. */
async function platformOver(parts: TestPlatformParts = {}): Promise<Platform> {
  const log = memoryBroker().connect();
  await log.ensure([
    { topic: COMMANDS, partitions: 2 },
    { topic: CONTROL, partitions: 1 },
  ]);
  let now = 1_795_132_800_000;
  return { ...testPlatform({ clock: () => (now += 1_000), ...parts }), log };
}

/** The commands in the log. */
async function commandsIn({ log }: Platform): Promise<Command[]> {
  const commands: Command[] = [];
  for (const partition of [0, 1]) {
    for await (const records of log.read(COMMANDS, partition, 0)) {
      for (const { value } of records) {
        const event = decode(value);
        if (event.name === "Command") commands.push(event.value);
      }
    }
  }
  return commands;
}

const LAMP: Sight<string> = { object: "lamp", lastCommand: null, verdict: undefined };
const ACCEPTED: Sight<string> = { object: "lamp, lit", lastCommand: "x", verdict: { kind: "accept", refused: null } };
const REFUSED: Sight<string> = { object: "lamp", lastCommand: "y", verdict: { kind: "accept", refused: "stale" } };

/** An order to accept, with what is seen each time somebody looks; the last sight stays. */
function order(sights: readonly (Sight<string> | undefined)[], given: Partial<Order<string>> = {}): Order<string> {
  const left = [...sights];
  return {
    object: "task:1",
    kind: "accept",
    actor: "p1",
    expected: null,
    id: "x",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    document: (object) => ({ of: object }),
    look: async () => (left.length > 1 ? left.shift() : left[0]),
    ...given,
  };
}

test("an object that is none: nothing goes into the log", async () => {
  const platform = await platformOver();
  expect(await new CommandDoor(platform).give(order([undefined]))).toEqual({ outcome: "unknown" });
  expect(await commandsIn(platform)).toEqual([]);
});

test("the command is in the log before anybody waits for its verdict", async () => {
  const platform = await platformOver();
  const outcome = await new CommandDoor(platform).give(order([LAMP, LAMP, ACCEPTED]));
  expect(outcome).toEqual({ outcome: "accepted", object: "lamp, lit" });
  expect(await commandsIn(platform)).toMatchObject([
    { id: "x", object: "task:1", kind: "accept", actor: "p1", expected: null, document: '{"of":"lamp"}' },
  ]);
});

test("a refusal says why, and what the last command is by now", async () => {
  const door = new CommandDoor(await platformOver());
  expect(await door.give(order([LAMP, REFUSED]))).toEqual({ outcome: "refused", reason: "stale", lastCommand: "y" });
});

test("a verdict that is there already is given without acting again", async () => {
  const platform = await platformOver();
  expect(await new CommandDoor(platform).give(order([ACCEPTED]))).toMatchObject({ outcome: "accepted" });
  expect(await new CommandDoor(platform).give(order([REFUSED]))).toMatchObject({ outcome: "refused" });
  expect(await new CommandDoor(platform).give(order([ACCEPTED], { kind: "close" }))).toEqual({
    outcome: "taken",
    kind: "accept",
  });
  expect(await commandsIn(platform)).toEqual([]);
});

test("without a verdict in five seconds it is pending under an id to ask again with", async () => {
  const platform = await platformOver();
  const outcome = await new CommandDoor(platform).give(order([LAMP], { id: undefined }));
  const [command] = await commandsIn(platform);
  expect(outcome).toEqual({ outcome: "pending", command: command!.id });
});

async function refuseToAppend(): Promise<never> {
  throw new LogError("unavailable", "no broker");
}

test("a log that cannot be written to acknowledges nothing", async () => {
  const door = new CommandDoor(testPlatform({ clock: () => 0, log: { append: refuseToAppend, async *read() {} } }));
  await expect(door.give(order([LAMP]))).rejects.toThrow("no broker");
});

test("the day is that in force, else the calendar's in the site's zone", async () => {
  const evening = Date.UTC(2026, 10, 20, 16) - MINUTE;
  for (const [now, day] of [
    [evening, 20_777],
    [evening + 2 * MINUTE, 20_778],
  ] as const) {
    let reads = 0;
    const platform = await platformOver({ clock: () => now + reads++ * 5_000 });
    await new CommandDoor(platform).give(order([LAMP]));
    expect(await commandsIn(platform)).toMatchObject([{ day }]);
  }
});

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

test.each([
  [[LAMP, ACCEPTED], 200, { name: "lamp, lit" }],
  [[LAMP], 202, { command: "x" }],
  [[undefined], 404, { type: "urn:sanfen:problem:unknown-lamp" }],
  [[LAMP, REFUSED], 409, { reason: "stale", lastCommand: "y", detail: "somebody was faster" }],
  [[{ ...ACCEPTED, verdict: { kind: "close", refused: null } }], 409, { type: "urn:sanfen:problem:command-id-taken" }],
] as const)("over HTTP: %j is %i", async (sights, status, answer) => {
  const platform = await platformOver();
  const routes = (app: App): void => {
    const door = new CommandDoor(platform);
    const schema = {
      body: Type.Object(COMMAND_FIELDS),
      response: { 200: Type.Object({ name: Type.String() }), 202: PENDING },
    };
    app.post("/v1/lamp", { config: { access: "write" }, schema }, async (request, reply) => {
      const outcome = await door.give(order(sights, { id: request.body.id }));
      const named = outcome.outcome === "accepted" ? { ...outcome, object: { name: outcome.object } } : outcome;
      return answerOutcome(reply, named, "lamp", { stale: "somebody was faster" });
    });
  };
  const server = await createServer({ platform, services: [testService({ routes })], serviceName: "test" });
  servers.push(server);
  const payload = { actor: "p1", expected: null, id: "x" };
  const reply = await server.app.inject({ method: "POST", url: "/v1/lamp", payload });
  expect(reply.statusCode).toBe(status);
  expect(reply.json()).toMatchObject(answer);
});
