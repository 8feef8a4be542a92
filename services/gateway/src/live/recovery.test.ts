/** Drops, restarts, slowness and storms in any order: in the end a client shows exactly what is so. */
import { compareVersions, isWithin, type Version } from "@sanfen/model";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FakeSocket } from "../testing/fake-socket.ts";
import { grade } from "../testing/samples.ts";
import { LiveClient } from "./client.ts";
import { Feed } from "./feed.ts";
import { LIVE_LIMITS } from "./limits.ts";
import { gradeRecord, type LiveRecord } from "./record.ts";

interface GradeJson {
  readonly id: string;
  readonly region: string | null;
  readonly registered: boolean;
  readonly version: Version;
}

/** What a page makes of the frames of one channel, as the README says. */
class Page {
  readonly #prefix: string;
  readonly held = new Map<string, Version>();
  since: { readonly epoch: string; readonly offset: number } | undefined;
  #epoch = "";

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  take(frame: Readonly<Record<string, unknown>>): void {
    const offset = Number(frame["offset"]);
    switch (frame["op"]) {
      case "hello":
        this.#epoch = String(frame["epoch"]);
        break;
      case "snapshot":
        this.since = { epoch: this.#epoch, offset };
        this.held.clear();
        for (const item of frame["items"] as GradeJson[]) this.#put(item);
        break;
      case "event":
        // An offset that fell would be resumed from too late.
        expect(offset).toBeGreaterThan(this.since!.offset);
        this.since = { epoch: this.#epoch, offset };
        this.#put(frame["record"] as GradeJson);
        break;
      case "heartbeat":
        if (this.since?.epoch === this.#epoch) this.since = { epoch: this.#epoch, offset };
        break;
      default:
    }
  }

  #put({ id, region, registered, version }: GradeJson): void {
    const held = this.held.get(id);
    if (held && compareVersions(held, version) > 0) return;
    const isHere = this.#prefix === "" || isWithin(region ?? "33", this.#prefix);
    if (registered && isHere) this.held.set(id, version);
    else this.held.delete(id);
  }
}

type Step =
  | { readonly does: "publish"; readonly key: string; readonly at: number }
  | { readonly does: "flow"; readonly pieces: number }
  | { readonly does: "drop" | "restart" | "heartbeat" | "subscribe again" };

const REGIONS = ["33", "3304", "330402", null];

/** One page, the line it holds now, and the gateway at the other end. */
class World {
  readonly #prefix: string;
  readonly #recentEvents: number;
  readonly #published: LiveRecord[] = [];
  readonly page: Page;
  #processes = 0;
  #feed: Feed;
  #socket!: FakeSocket;
  #client!: LiveClient;
  #taken = 0;

  constructor(prefix: string, recentEvents: number) {
    this.#prefix = prefix;
    this.#recentEvents = recentEvents;
    this.page = new Page(prefix);
    this.#feed = this.#newFeed();
    this.#connect();
  }

  do(step: Step): void {
    switch (step.does) {
      case "publish":
        this.#publish(step.key, step.at);
        break;
      case "flow":
        for (let i = 0; i < step.pieces; i++) this.#socket.flow();
        this.#takeAll();
        break;
      case "drop":
        this.#client.left();
        this.#connect();
        break;
      case "restart":
        this.#feed = this.#newFeed();
        // Rows come in another order than records did.
        for (const record of this.#published.toReversed()) this.#feed.publish(record);
        this.#connect();
        break;
      case "heartbeat":
        this.#client.heartbeat(Buffer.from(JSON.stringify({ op: "heartbeat", offset: this.#feed.offset })));
        break;
      case "subscribe again":
        this.#flowAll();
        this.#subscribe();
        break;
    }
    // Cut off as too slow: what it had taken by then is what it comes back with.
    if (this.#socket.closed) this.#connect();
  }

  /** The page has time to take all there is. */
  settle(): void {
    for (let attempt = 0; attempt < 5; attempt++) {
      this.#flowAll();
      if (!this.#socket.closed) return;
      this.#connect();
    }
    throw new Error("cut off again and again");
  }

  /** By key, the version that is to be shown: found out without feed or client. */
  wanted(): Map<string, Version> {
    const newest = new Map<string, LiveRecord>();
    for (const record of this.#published) {
      const held = newest.get(record.key);
      if (!held || compareVersions(record.version, held.version) > 0) newest.set(record.key, record);
    }
    const shown = [...newest.values()].filter(
      ({ standing, region }) => standing !== "gone" && (this.#prefix === "" || isWithin(region ?? "33", this.#prefix)),
    );
    return new Map(shown.map(({ key, version }) => [key, version]));
  }

  #publish(key: string, at: number): void {
    const region = REGIONS[(at + key.charCodeAt(0)) % REGIONS.length]!;
    const record = gradeRecord(grade(key, region, at, { gone: at % 5 === 0 }));
    this.#published.push(record);
    this.#feed.publish(record);
  }

  #newFeed(): Feed {
    this.#processes += 1;
    return new Feed({ epoch: `process ${this.#processes}`, root: "33", recentEvents: this.#recentEvents });
  }

  #connect(): void {
    this.#socket = new FakeSocket();
    this.#taken = 0;
    this.#client = new LiveClient(this.#socket.asSocket, {
      feed: this.#feed,
      limits: { ...LIVE_LIMITS, socketBytes: 300, maxQueueBytes: 1_500, frameBurst: 1_000 },
      now: () => 0,
      random: () => 0.5,
    });
    this.#subscribe();
  }

  #subscribe(): void {
    const { since } = this.page;
    this.#socket.hear({ op: "subscribe", channel: `grades:${this.#prefix}`, ...(since && { since }) });
  }

  #flowAll(): void {
    this.#socket.flowAll();
    this.#takeAll();
  }

  #takeAll(): void {
    for (const frame of this.#socket.arrived.slice(this.#taken)) this.page.take(frame);
    this.#taken = this.#socket.arrived.length;
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant("publish" as const),
      key: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
      at: fc.nat(40),
    }),
  },
  { weight: 6, arbitrary: fc.record({ does: fc.constant("flow" as const), pieces: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom("drop" as const, "restart" as const, "heartbeat" as const, "subscribe again" as const),
    }),
  },
);

test("any interleaving ends in exactly what is so", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.constantFrom("", "33", "3304", "330402"),
      fc.integer({ min: 1, max: 30 }),
      (steps, prefix, recentEvents) => {
        const world = new World(prefix, recentEvents);
        for (const each of steps) world.do(each);
        world.settle();
        expect(world.page.held).toEqual(world.wanted());
      },
    ),
    { numRuns: 400 },
  );
});
