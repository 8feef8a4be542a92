/** Ingest: what comes in from outside, and the clock and documents by which it is understood, into the log. */
import type { Service } from "@sanfen/service";
import { POSITIONS, topicSpecs } from "@sanfen/stream";
import { deskOf } from "./desk.ts";
import { factRoutes } from "./facts/routes.ts";
import { importRoutes } from "./imports/routes.ts";
import { mappingRoutes } from "./mapping/routes.ts";
import { officerMachine } from "./officers/officers.ts";
import { officerRoutes } from "./officers/routes.ts";
import { registerMachine } from "./register/register-rows.ts";
import { unmatchedRoutes } from "./unmatched/routes.ts";
import { unmatchedMachine } from "./unmatched/unmatched.ts";
import { startWork } from "./work.ts";

export const ingest: Service = {
  name: "ingest",
  collections: [
    POSITIONS,
    ...registerMachine.collections,
    ...unmatchedMachine.collections,
    ...officerMachine.collections,
  ],
  topics: topicSpecs,
  routes: (app, platform) => {
    const desk = deskOf(platform);
    factRoutes(app, platform, desk);
    importRoutes(app, platform, desk);
    mappingRoutes(app, desk);
    unmatchedRoutes(app, platform);
    officerRoutes(app, platform);
  },
  start: (platform) => startWork(platform, deskOf(platform)),
};
