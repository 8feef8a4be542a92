/** One gateway at work: the feed, those who follow the topics into it, and the clients who listen. */
import type { App, Platform, Readiness } from "@sanfen/service";
import { randomUUID } from "node:crypto";
import { Feed } from "./live/feed.ts";
import { Follower } from "./live/follow.ts";
import { LIVE_LIMITS, type LiveLimits } from "./live/limits.ts";
import { LiveServer } from "./live/server.ts";
import { SOURCES } from "./live/sources.ts";

export interface GatewayOptions {
  readonly limits?: Partial<LiveLimits>;
  /** Events kept for clients that come back. */
  readonly recentEvents?: number;
  /** Pause before a lost topic is subscribed to again. */
  readonly resubscribeMs?: number;
}

export class Gateway {
  readonly #server: LiveServer;
  readonly #feed: Feed;
  readonly #followers: readonly Follower[];

  constructor(platform: Platform, { limits, recentEvents, resubscribeMs }: GatewayOptions) {
    const root = platform.site.root;
    this.#feed = new Feed({ epoch: randomUUID(), root, ...(recentEvents !== undefined && { recentEvents }) });
    this.#server = new LiveServer(platform, this.#feed, { ...LIVE_LIMITS, ...limits });
    let loading = SOURCES.length;
    this.#followers = SOURCES.map(
      (source) =>
        new Follower({
          platform,
          source,
          take: (record) => this.#feed.publish(record),
          loaded: () => {
            loading -= 1;
            if (loading === 0) this.#server.open();
          },
          ...(resubscribeMs !== undefined && { resubscribeMs }),
        }),
    );
  }

  routes(app: App): void {
    this.#server.routes(app);
  }

  /** Whether anything it knows of was made by the simulator. */
  get simulated(): boolean {
    return this.#feed.simulated;
  }

  start(): void {
    for (const follower of this.#followers) follower.start();
  }

  readiness(): Readiness {
    const reasons = this.#followers.flatMap((follower) => follower.reasons());
    return { ready: reasons.length === 0, reasons };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#server.stop(), ...this.#followers.map((follower) => follower.stop())]);
  }
}
