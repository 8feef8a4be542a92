import { describe, expect, test } from "vitest";
import { FakeSocket } from "../testing/fake-socket.ts";
import { colour, grade } from "../testing/samples.ts";
import { LiveClient } from "./client.ts";
import { Feed } from "./feed.ts";
import { LIVE_LIMITS, type LiveLimits } from "./limits.ts";
import { CLOSE } from "./protocol.ts";
import { colourRecord, gradeRecord } from "./record.ts";

class Line {
  readonly socket = new FakeSocket();
  readonly client: LiveClient;
  now = 0;

  constructor(feed: Feed, limits: Partial<LiveLimits> = {}) {
    this.client = new LiveClient(this.socket.asSocket, {
      feed,
      limits: { ...LIVE_LIMITS, ...limits },
      now: () => this.now,
      random: () => 0.5,
    });
  }

  ops(): unknown[] {
    this.socket.flowAll();
    return this.socket.arrived.map(({ op, code }) => (op === "error" ? code : op));
  }
}

function fill(feed: Feed, from: number, count: number): void {
  for (let i = 0; i < count; i++) feed.publish(gradeRecord(grade(`e${i}`, "33", from + i)));
}

function newFeed(epoch = "e", recentEvents = 50): Feed {
  return new Feed({ epoch, root: "33", recentEvents });
}

describe("a client that misbehaves", () => {
  test("is told, and goes on with what was good", () => {
    const line = new Line(newFeed());
    line.socket.emit("message", Buffer.from("{"), false);
    line.socket.emit("message", Buffer.from("{}"), true);
    line.socket.hear({ op: "unsubscribe", channel: "colours:33" });
    line.socket.hear({ op: "subscribe", channel: "colours:33" });
    expect(line.ops()).toEqual(["hello", "bad-json", "binary", "snapshot"]);
  });

  test("again and again is cut off with the reason", () => {
    const line = new Line(newFeed(), { maxFaults: 3 });
    for (let i = 0; i < 5; i++) line.socket.hear({ op: "?" });
    expect(line.ops()).toEqual(["hello", "unknown-op", "unknown-op", "unknown-op", "bye"]);
    expect(line.socket.closed).toEqual({ code: CLOSE.protocol, reason: "protocol" });
  });

  test("may hold so many channels, and again after it has given one up", () => {
    const line = new Line(newFeed(), { maxSubscriptions: 2 });
    for (const region of ["33", "3304", "3305"]) line.socket.hear({ op: "subscribe", channel: `colours:${region}` });
    line.socket.hear({ op: "subscribe", channel: "colours:33" });
    line.socket.hear({ op: "unsubscribe", channel: "colours:33" });
    line.socket.hear({ op: "subscribe", channel: "colours:3305" });
    expect(line.ops()).toEqual(["hello", "snapshot", "snapshot", "too-many-subscriptions", "snapshot", "snapshot"]);
  });

  test("may send so many frames; a second gives it more", () => {
    const line = new Line(newFeed(), { frameBurst: 2, framesPerSecond: 1, maxFaults: 3 });
    const say = () => line.socket.hear({ op: "subscribe", channel: "colours:33" });
    [say, say, say].forEach((each) => each());
    expect(line.ops()).toEqual(["hello", "snapshot", "snapshot", "too-many-frames"]);
    line.now = 1_000;
    [say, say, say].forEach((each) => each());
    expect(line.ops().slice(4)).toEqual(["snapshot", "too-many-frames", "too-many-frames", "bye"]);
    expect(line.socket.closed?.code).toBe(CLOSE.flood);
  });
});

describe("a client that does not take what it is sent", () => {
  test("is cut off when more waits than is kept, others are not, and it costs nothing any more", () => {
    const feed = newFeed();
    const bounds = { socketBytes: 1_000, maxQueueBytes: 5_000 };
    const slow = new Line(feed, bounds);
    const other = new Line(feed, bounds);
    for (const { socket } of [slow, other]) socket.hear({ op: "subscribe", channel: "grades:33" });
    other.socket.flowAll();
    slow.socket.flowAll();
    for (let i = 0; slow.socket.closed === null && i < 100; i++) {
      fill(feed, i * 100, 5);
      feed.publish(gradeRecord(grade(`n${i}`, "33", i)));
      other.socket.flowAll();
    }
    expect(slow.socket.closed).toEqual({ code: CLOSE.slow, reason: "slow" });
    expect(slow.client.queuedBytes).toBeLessThan(3_000);
    fill(feed, 1_000_000, 5);
    expect(slow.ops().at(-1)).toBe("bye");
    expect(other.ops().at(-1)).toBe("event");
    expect(other.socket.closed).toBeNull();
  });

  test("gets the newest state of each key, where keys are few", () => {
    const feed = newFeed();
    const line = new Line(feed, { socketBytes: 500, maxQueueBytes: 5_000 });
    line.socket.hear({ op: "subscribe", channel: "colours:33" });
    line.socket.flowAll();
    for (let at = 1; at <= 1_000; at++) feed.publish(colourRecord(colour(`33040${at % 3}`, at)));
    expect(line.socket.closed).toBeNull();
    line.socket.flowAll();
    const events = line.socket.arrived.filter(({ op }) => op === "event");
    expect(events.length).toBeLessThan(10);
    expect(events.slice(-3).map(({ offset }) => offset)).toEqual([998, 999, 1_000]);
  });

  test("a snapshot larger than the bound goes out in pieces, and events after it", () => {
    const feed = newFeed();
    fill(feed, 0, 100);
    const line = new Line(feed, { socketBytes: 1_000, maxQueueBytes: 2_000 });
    line.socket.hear({ op: "subscribe", channel: "grades:33" });
    line.socket.flow();
    line.socket.flow();
    feed.publish(gradeRecord(grade("e0", "33", 1_000)));
    line.client.heartbeat(Buffer.from('{"op":"heartbeat"}'));
    expect(line.socket.bufferedAmount).toBeLessThan(4_000);
    expect(line.ops()).toEqual(["hello", "snapshot", "event"]);
    expect(line.socket.arrived[1]!["items"]).toHaveLength(100);
  });

  test("that missed more than may wait for it gets a snapshot, and is not cut off for coming back", () => {
    const feed = newFeed();
    fill(feed, 0, 20);
    const line = new Line(feed, { socketBytes: 500, maxQueueBytes: 5_000 });
    line.socket.hear({ op: "subscribe", channel: "grades:33", since: { epoch: "e", offset: 18 } });
    line.socket.hear({ op: "subscribe", channel: "grades:", since: { epoch: "e", offset: 0 } });
    expect(line.ops()).toEqual(["hello", "resumed", "event", "event", "snapshot"]);
  });

  test("within a snapshot no bye can be said: the code alone says it", () => {
    const feed = newFeed();
    fill(feed, 0, 100);
    const line = new Line(feed, { socketBytes: 1_000 });
    line.socket.hear({ op: "subscribe", channel: "grades:33" });
    line.socket.flow();
    line.socket.flow();
    line.client.cutOff("restart");
    expect(line.ops()).toEqual(["hello"]);
    expect(line.socket.closed?.code).toBe(CLOSE.restart);
  });
});

describe("a line that may be dead", () => {
  test("is pinged, and ended when the answer does not come", () => {
    const line = new Line(newFeed(), { pingMs: 10, pongMs: 5 });
    line.socket.flowAll();
    for (line.now = 0; line.now <= 10; line.now++) line.client.look();
    expect(line.socket.pings).toBe(1);
    line.socket.emit("pong");
    for (; line.now <= 20; line.now++) line.client.look();
    expect(line.socket.pings).toBe(2);
    for (; line.now <= 24; line.now++) line.client.look();
    expect(line.socket.terminated).toBe(false);
    line.client.look();
    expect(line.socket.terminated).toBe(true);
  });

  test("that is slow but moves has more time; that is stuck has not", () => {
    const feed = newFeed();
    fill(feed, 0, 100);
    const line = new Line(feed, { pingMs: 10, pongMs: 5, socketBytes: 1_000 });
    line.socket.hear({ op: "subscribe", channel: "grades:33" });
    for (; line.now <= 25; line.now++) {
      if (line.now < 16) line.socket.flow();
      line.client.look();
      if (line.now === 19) expect(line.socket.terminated).toBe(false);
    }
    expect(line.socket.terminated).toBe(true);
  });

  test("after its close is ended when the other side does not close", () => {
    const line = new Line(newFeed(), { closeMs: 5 });
    line.client.cutOff("restart");
    line.now = 4;
    line.client.look();
    expect(line.socket.terminated).toBe(false);
    line.now = 5;
    line.client.look();
    expect(line.socket.terminated).toBe(true);
  });
});
