/** The gateway: the live stream, the pages, and one address for services that run apart. */
import { bundleDisplay, DISPLAY_CSP } from "@sanfen/display";
import type { Platform, Service } from "@sanfen/service";
import {
  COLOUR_ROWS,
  COLOURS,
  GRADE_ROWS,
  GRADES,
  TASK_ROWS,
  TASKS,
  topicSpecs,
  WARNING_ROWS,
  WARNINGS,
} from "@sanfen/stream";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import { addPages } from "./pages.ts";
import { addPeers } from "./peers.ts";
import { addSite } from "./site.ts";

const TOPICS = new Set([GRADES, COLOURS, TASKS, WARNINGS]);

/** A gateway with other bounds than the usual. */
export function gatewayWith(options: GatewayOptions): Service {
  // Routes are added before the start, and both need the same one: of a platform there is one gateway.
  const gateways = new WeakMap<Platform, Gateway>();
  const gatewayOf = (platform: Platform): Gateway => {
    const gateway = gateways.get(platform) ?? new Gateway(platform, options);
    gateways.set(platform, gateway);
    return gateway;
  };
  return {
    name: "gateway",
    collections: [GRADE_ROWS, COLOUR_ROWS, TASK_ROWS, WARNING_ROWS],
    topics: (partitions) => topicSpecs(partitions).filter(({ topic }) => TOPICS.has(topic)),
    routes: (app, platform) => {
      const at = gatewayOf(platform);
      at.routes(app);
      addSite(app, platform, () => at.simulated);
      addPeers(app, platform.config.peers);
      void app.register(async (scope) => addPages(scope, await bundleDisplay(), DISPLAY_CSP));
    },
    start: async (platform) => {
      const at = gatewayOf(platform);
      at.start();
      return { readiness: () => at.readiness(), stop: () => at.stop() };
    },
  };
}

export const gateway: Service = gatewayWith({});
