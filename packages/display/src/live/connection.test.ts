import { describe, expect, test } from "vitest";
import { connect, type Connection, type ConnectionStatus, SILENCE_MS, type SocketEvents } from "./connection.ts";
import type { ServerFrame, Since } from "./protocol.ts";

interface FakeLine {
  readonly events: SocketEvents;
  readonly sent: unknown[];
  closed: boolean;
}

/** A world with a clock that moves by hand and sockets that do what the test says. */
class World {
  now = 0;
  readonly lines: FakeLine[] = [];
  readonly statuses: ConnectionStatus[] = [];
  readonly frames: ServerFrame[] = [];
  readonly unread: string[] = [];
  readonly since = new Map<string, Since>();
  readonly connection: Connection;
  #tasks: { at: number; run: () => void }[] = [];

  constructor() {
    this.connection = connect({
      channels: ["colours:33", "warnings:33"],
      open: (events) => {
        const line: FakeLine = { events, sent: [], closed: false };
        this.lines.push(line);
        return {
          send: (text) => line.sent.push(JSON.parse(text)),
          close: () => {
            line.closed = true;
          },
        };
      },
      since: (channel) => this.since.get(channel),
      onFrame: (frame) => this.frames.push(frame),
      onUnread: (text) => this.unread.push(text),
      onStatus: (status) => this.statuses.push(status),
      now: () => this.now,
      random: () => 1,
      schedule: (ms, run) => {
        const task = { at: this.now + ms, run };
        this.#tasks.push(task);
        return () => {
          this.#tasks = this.#tasks.filter((other) => other !== task);
        };
      },
    });
  }

  get line(): FakeLine {
    return this.lines.at(-1)!;
  }

  get status(): ConnectionStatus {
    return this.statuses.at(-1)!;
  }

  say(frame: object): void {
    this.line.events.message(JSON.stringify(frame));
  }

  goLive(): void {
    this.say({ op: "hello", epoch: "a" });
    this.say({ op: "snapshot", channel: "colours:33", epoch: "a", offset: 1, items: [] });
    this.say({ op: "snapshot", channel: "warnings:33", epoch: "a", offset: 1, items: [] });
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.#tasks.filter((task) => task.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#tasks = this.#tasks.filter((task) => task !== due);
      this.now = due.at;
      due.run();
    }
    this.now = until;
  }
}

describe("a line that is bad", () => {
  test("a text that is no frame is reported and the line goes on", () => {
    const world = new World();
    world.line.events.message("<html>");
    world.goLive();
    expect(world.unread).toEqual(["<html>"]);
    expect(world.status).toEqual({ kind: "live" });
  });

  test("a server that never answers is given up after the silence, and tried again", () => {
    const world = new World();
    world.pass(SILENCE_MS + 500);
    expect(world.lines).toHaveLength(2);
    expect(world.lines[0]!.closed).toBe(true);
    expect(world.status).toEqual({ kind: "connecting" });
  });

  test("silence ends a live line; any frame, a heartbeat too, puts it off", () => {
    const world = new World();
    world.goLive();
    world.pass(SILENCE_MS - 1);
    world.say({ op: "heartbeat", instant: "2026-11-22T00:00:00Z", offset: 1 });
    world.pass(SILENCE_MS - 1);
    expect(world.status).toEqual({ kind: "live" });
    world.pass(1);
    expect(world.lines[0]!.closed).toBe(true);
    expect(world.status).toMatchObject({ kind: "lost", since: SILENCE_MS - 1 });
  });

  test("what a dead line still says is not heard", () => {
    const world = new World();
    world.goLive();
    world.line.events.closed();
    const heard = world.frames.length;
    world.lines[0]!.events.message('{"op":"heartbeat","instant":"2026-11-22T00:00:00Z"}');
    world.lines[0]!.events.closed();
    world.pass(500);
    expect(world.frames).toHaveLength(heard);
    expect(world.lines).toHaveLength(2);
  });
});

describe("subscribing", () => {
  test("waits for the hello, then asks for every channel", () => {
    const world = new World();
    expect(world.line.sent).toEqual([]);
    world.say({ op: "hello", epoch: "a" });
    expect(world.line.sent).toEqual([
      { op: "subscribe", channel: "colours:33" },
      { op: "subscribe", channel: "warnings:33" },
    ]);
  });

  test("after a drop it asks from where it was", () => {
    const world = new World();
    world.goLive();
    world.since.set("colours:33", { epoch: "a", offset: 7 });
    world.line.events.closed();
    world.pass(500);
    world.say({ op: "hello", epoch: "a" });
    expect(world.line.sent[0]).toEqual({ op: "subscribe", channel: "colours:33", since: { epoch: "a", offset: 7 } });
    world.say({ op: "resumed", channel: "colours:33", offset: 7 });
    expect(world.status).toMatchObject({ kind: "lost" });
    world.say({ op: "resumed", channel: "warnings:33", offset: 7 });
    expect(world.status).toEqual({ kind: "live" });
  });
});

describe("live", () => {
  test("not before every channel has answered", () => {
    const world = new World();
    world.say({ op: "hello", epoch: "a" });
    world.say({ op: "snapshot", channel: "colours:33", epoch: "a", offset: 1, items: [] });
    world.say({ op: "snapshot", channel: "colours:33", epoch: "a", offset: 2, items: [] });
    expect(world.status).toEqual({ kind: "connecting" });
    world.say({ op: "snapshot", channel: "warnings:33", epoch: "a", offset: 2, items: [] });
    expect(world.status).toEqual({ kind: "live" });
  });

  test("a refused channel does not hold up the others, but nothing is live when all are refused", () => {
    const world = new World();
    world.say({ op: "hello", epoch: "a" });
    world.say({ op: "error", code: "forbidden", text: "no" });
    world.say({ op: "error", code: "forbidden", text: "no" });
    expect(world.status).toEqual({ kind: "connecting" });
    world.say({ op: "snapshot", channel: "colours:33", epoch: "a", offset: 1, items: [] });
    expect(world.status).toEqual({ kind: "live" });
  });
});

describe("coming back", () => {
  test("says since when, and when the next attempt is due", () => {
    const world = new World();
    world.pass(1_000);
    world.goLive();
    world.pass(3_000);
    world.line.events.closed();
    expect(world.status).toEqual({ kind: "lost", since: 1_000, retryAt: 4_500 });
    world.pass(500);
    expect(world.status).toEqual({ kind: "lost", since: 1_000, retryAt: null });
  });

  test("waits grow while it fails, and start anew after a line that was good", () => {
    const world = new World();
    world.goLive();
    const waits = [1, 2, 3].map(() => {
      world.line.events.closed();
      const { status } = world;
      const wait = status.kind === "lost" ? status.retryAt! - world.now : Number.NaN;
      world.pass(wait);
      return wait;
    });
    expect(waits).toEqual([500, 1_000, 2_000]);
    world.goLive();
    world.pass(10_000);
    world.line.events.closed();
    expect(world.status).toMatchObject({ retryAt: world.now + 500 });
  });

  test("a bye is a drop with a wait that the server names", () => {
    const world = new World();
    world.goLive();
    world.say({ op: "bye", reason: "restart", reconnectAfterMs: 5_000 });
    expect(world.line.closed).toBe(true);
    expect(world.status).toMatchObject({ kind: "lost", retryAt: 5_500 });
    world.pass(5_499);
    expect(world.lines).toHaveLength(1);
    world.pass(1);
    expect(world.lines).toHaveLength(2);
  });

  test("retryNow cuts the wait short, and does nothing to an open line", () => {
    const world = new World();
    world.connection.retryNow();
    expect(world.lines).toHaveLength(1);
    world.line.events.closed();
    world.connection.retryNow();
    world.pass(60_000 - SILENCE_MS);
    expect(world.lines).toHaveLength(2);
  });

  test("stopped is stopped", () => {
    const world = new World();
    world.goLive();
    world.connection.stop();
    world.connection.retryNow();
    world.pass(600_000);
    expect(world.lines).toHaveLength(1);
    expect(world.line.closed).toBe(true);
  });
});
