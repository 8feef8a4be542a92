/** One connected client: between its socket, the feed, and the queue of what it has not taken yet. */
import type { WebSocket } from "@fastify/websocket";
import { Allowance } from "./allowance.ts";
import { ClientQueue } from "./client-queue.ts";
import type { Feed, Listener } from "./feed.ts";
import type { LiveLimits } from "./limits.ts";
import {
  byeFrame,
  CLOSE,
  errorFrame,
  helloFrame,
  parseClientFrame,
  type ByeReason,
  type Channel,
  type ClientFrame,
  type Frame,
  type FrameProblem,
} from "./protocol.ts";

/** The world of a client. Instants are monotonic, in ms. */
export interface ClientContext {
  readonly feed: Feed;
  readonly limits: LiveLimits;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

/**
 * Mean time (ms) after which a client is asked to come back; half of it either way by chance, so that a thousand
 * displays that lost one gateway do not fall on the next in the same instant.
 */
const COME_BACK_MS: Readonly<Record<ByeReason, number>> = {
  restart: 2_000,
  slow: 5_000,
  protocol: 30_000,
  flood: 30_000,
};

export class LiveClient implements Listener {
  readonly #socket: WebSocket;
  readonly #feed: Feed;
  readonly #limits: LiveLimits;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #queue: ClientQueue;
  readonly #allowance: Allowance;
  readonly #channels = new Set<string>();
  /** The snapshot that is being sent in pieces: one message, within which no other may stand. */
  #snapshot: Generator<Frame, Frame, void> | null = null;
  #faults = 0;
  #pingDueAt: number;
  /** The ping that is not answered yet; `stuck`: the socket was full then, and nothing has left it since. */
  #ping: { readonly by: number; stuck: boolean } | null = null;
  #closeBy: number | null = null;

  constructor(socket: WebSocket, { feed, limits, now, random }: ClientContext) {
    this.#socket = socket;
    this.#feed = feed;
    this.#limits = limits;
    this.#now = now;
    this.#random = random;
    this.#queue = new ClientQueue(limits.maxQueueBytes);
    this.#allowance = new Allowance(limits.frameBurst, limits.framesPerSecond, now());
    this.#pingDueAt = now() + limits.pingMs;
    socket.on("message", (data: Buffer, isBinary) => this.#hear(data, isBinary));
    socket.on("pong", () => {
      this.#ping = null;
    });
    this.#say(helloFrame(feed.epoch));
  }

  get room(): number {
    return this.#limits.maxQueueBytes / 2 - this.#queue.bytes;
  }

  /** Bytes that wait for the client, here and in its socket. */
  get queuedBytes(): number {
    return this.#queue.bytes + this.#socket.bufferedAmount;
  }

  event(channel: string, key: string, frame: Frame): void {
    if (!this.#isOpen) return;
    if (this.#queue.offer(channel, key, frame)) this.#pump();
    else this.cutOff("slow");
  }

  snapshotDue(channel: Channel): void {
    this.#queue.snapshot(channel);
    this.#pump();
  }

  resumed(frame: Frame): void {
    this.#say(frame);
  }

  /** Only to a client that waits for nothing: to any other the traffic itself says that the line lives. */
  heartbeat(frame: Frame): void {
    if (this.#isOpen && this.#queue.empty && this.#snapshot === null) this.#say(frame);
  }

  /** To be called every `lookMs`: pings when it is time, and ends a line that does not answer. */
  look(): void {
    const now = this.#now();
    if (this.#closeBy !== null) {
      if (now >= this.#closeBy) this.#socket.terminate();
      return;
    }
    if (this.#ping && now >= this.#ping.by) {
      // A slow line that moves is not a dead one: its pong waits behind what it was sent.
      if (this.#ping.stuck || this.#socket.bufferedAmount === 0) {
        this.#socket.terminate();
        return;
      }
      this.#ping = { by: now + this.#limits.pongMs, stuck: true };
    } else if (!this.#ping && now >= this.#pingDueAt) {
      this.#pingDueAt = now + this.#limits.pingMs;
      this.#ping = { by: now + this.#limits.pongMs, stuck: this.#socket.bufferedAmount > 0 };
      this.#socket.ping();
    }
  }

  /** Says why, where a frame can still be sent, and closes. The socket has `closeMs` to end by itself. */
  cutOff(reason: ByeReason): void {
    if (!this.#isOpen) return;
    this.#closeBy = this.#now() + this.#limits.closeMs;
    this.left();
    // Within a snapshot the close code alone has to say it.
    if (this.#snapshot === null) {
      const afterMs = Math.round(COME_BACK_MS[reason] * (0.5 + this.#random()));
      this.#socket.send(byeFrame(reason, afterMs), { binary: false });
    }
    this.#snapshot = null;
    this.#socket.close(CLOSE[reason], reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** The client is gone, or as good as gone: nothing more is kept for it. */
  left(): void {
    for (const name of this.#channels) this.#feed.unsubscribe(name, this);
    this.#channels.clear();
    this.#queue.clear();
  }

  get #isOpen(): boolean {
    return this.#closeBy === null && this.#socket.readyState === this.#socket.OPEN;
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (!this.#isOpen) return;
    if (!this.#allowance.take(this.#now())) {
      this.#fault({ code: "too-many-frames", text: "more frames than are taken; wait a second" }, "flood");
      return;
    }
    if (isBinary) {
      this.#fault({ code: "binary", text: "frames are text" }, "protocol");
      return;
    }
    // The WebSocket library has checked that it is UTF-8.
    const frame = parseClientFrame(data.toString());
    if ("problem" in frame) this.#fault(frame.problem, "protocol");
    else this.#follow(frame);
  }

  #follow(frame: ClientFrame): void {
    const { name } = frame.channel;
    if (frame.op === "unsubscribe") {
      this.#channels.delete(name);
      this.#feed.unsubscribe(name, this);
      this.#queue.forget(name);
    } else if (!this.#channels.has(name) && this.#channels.size >= this.#limits.maxSubscriptions) {
      const text = `a client may hold ${this.#limits.maxSubscriptions} channels`;
      this.#fault({ code: "too-many-subscriptions", text, channel: name }, "protocol");
    } else {
      this.#channels.add(name);
      this.#feed.subscribe(frame.channel, this, frame.since);
    }
  }

  #fault(problem: FrameProblem, reason: ByeReason): void {
    this.#faults += 1;
    this.#say(errorFrame(problem));
    if (this.#faults >= this.#limits.maxFaults) this.cutOff(reason);
  }

  #say(frame: Frame): void {
    if (this.#queue.control(frame)) this.#pump();
    else this.cutOff("slow");
  }

  /** Gives the socket what it takes; the rest stays in the queue, where newer states replace older ones. */
  #pump(): void {
    while (this.#isOpen && this.#socket.bufferedAmount < this.#limits.socketBytes) {
      if (this.#snapshot) {
        const { value, done } = this.#snapshot.next();
        if (done) this.#snapshot = null;
        this.#give(value, done === true);
        continue;
      }
      const waiting = this.#queue.next();
      if (!waiting) return;
      if ("frame" in waiting) this.#give(waiting.frame, true);
      else this.#snapshot = this.#feed.snapshot(waiting.snapshot, this.#limits.socketBytes);
    }
  }

  #give(piece: Frame, fin: boolean): void {
    // The callback comes when the bytes have left for the network, and also when the socket has failed.
    this.#socket.send(piece, { binary: false, fin }, () => this.#sent());
  }

  #sent(): void {
    if (this.#ping) this.#ping.stuck = false;
    this.#pump();
  }
}
