/** `/v1/live`: lets clients in, keeps them alive, and sees them out. */
import websocket, { type WebSocket } from "@fastify/websocket";
import { isOriginAllowed, problem, sendProblem, type App, type Platform } from "@sanfen/service";
import type { Socket } from "node:net";
import { LiveClient, type ClientContext } from "./client.ts";
import type { Feed } from "./feed.ts";
import type { LiveLimits } from "./limits.ts";
import { heartbeatFrame } from "./protocol.ts";

const LIVE_PATH = "/v1/live";
const RETRY_AFTER_S = 2;

export class LiveServer {
  readonly #platform: Platform;
  readonly #feed: Feed;
  readonly #limits: LiveLimits;
  readonly #clients = new Set<LiveClient>();
  #timers: readonly NodeJS.Timeout[] = [];
  #isOpen = false;

  constructor(platform: Platform, feed: Feed, limits: LiveLimits) {
    this.#platform = platform;
    this.#feed = feed;
    this.#limits = limits;
  }

  routes(app: App): void {
    const { config, logger } = this.#platform;
    void app.register(websocket, {
      // Compression of every client's own stream costs ten times the sending.
      options: { maxPayload: this.#limits.maxFrameBytes, perMessageDeflate: false, clientTracking: false },
      // A frame that breaks the WebSocket protocol: the library answers it with the close code that says so.
      errorHandler: (error) => logger.debug({ err: error }, "a live client's connection failed"),
      // All are gone by then: `stop` has seen to it.
      preClose: (done) => done(),
    });
    void app.register(async (scope) => {
      scope.route({
        method: "GET",
        url: LIVE_PATH,
        config: { access: "read" },
        onRequest: (request, reply, done) => {
          const { origin, host } = request.headers;
          if (!request.ws) {
            // RFC 9110, section 15.5.22: the answer names the protocol, and the connection that it is for.
            void reply.header("upgrade", "websocket").header("connection", "upgrade");
            const detail = "this path speaks WebSocket only";
            sendProblem(reply, problem(426, "upgrade-required", "An upgrade is required", detail));
          } else if (!isOriginAllowed(origin, host, config.origins)) {
            sendProblem(
              reply,
              problem(403, "foreign-origin", "Not from that page", "pages of this origin may not listen here"),
            );
          } else if (!this.#isOpen || this.#clients.size >= this.#limits.maxClients) {
            void reply.header("retry-after", RETRY_AFTER_S);
            const detail = this.#isOpen
              ? "as many clients as one process takes"
              : "still loading what there is to tell";
            sendProblem(reply, problem(503, "unavailable", "Not available now", detail));
          } else {
            done();
          }
        },
        handler: (_request, reply) => reply,
        wsHandler: (socket) => this.#welcome(socket),
      });
    });
    app.server.on("upgrade", (request, socket) => {
      if (request.method === "GET" && request.url?.split("?", 1)[0] === LIVE_PATH) return;
      (socket as Socket).setTimeout(this.#limits.astrayMs, () => socket.destroy());
    });
  }

  /** From now on clients are let in: what they are told is whole. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { heartbeatMs, lookMs } = this.#limits;
    this.#timers = [setInterval(() => this.#beat(), heartbeatMs), setInterval(() => this.#look(), lookMs)];
  }

  /** Tells everyone to come back, to whoever is there then; resolves when all have gone, `stopMs` at the latest. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    this.#allGone = resolve;
    for (const client of this.#clients) client.cutOff("restart");
    if (this.#clients.size === 0) resolve();
    const late = setTimeout(() => {
      for (const client of this.#clients) client.terminate();
      resolve();
    }, this.#limits.stopMs);
    await gone;
    clearTimeout(late);
    for (const timer of this.#timers) clearInterval(timer);
  }

  #allGone: () => void = () => {};

  #welcome(socket: WebSocket): void {
    const context: ClientContext = {
      feed: this.#feed,
      limits: this.#limits,
      now: () => performance.now(),
      random: () => Math.random(),
    };
    const client = new LiveClient(socket, context);
    this.#clients.add(client);
    this.#count();
    socket.on("close", (code) => {
      this.#platform.logger.debug({ code }, "a live client left");
      client.left();
      this.#clients.delete(client);
      this.#count();
      if (this.#clients.size === 0) this.#allGone();
    });
  }

  #beat(): void {
    const frame = heartbeatFrame(this.#platform.clock(), this.#feed.offset);
    for (const client of this.#clients) client.heartbeat(frame);
  }

  #look(): void {
    let bytes = 0;
    for (const client of this.#clients) {
      client.look();
      bytes += client.queuedBytes;
    }
    this.#platform.metrics.liveQueuedBytes.set(bytes);
  }

  #count(): void {
    this.#platform.metrics.liveClients.set(this.#clients.size);
  }
}
