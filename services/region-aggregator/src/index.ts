/** The region aggregator: adds tallies up into the colours of regions, closes every day, answers about regions. */
import { startMachines, type Service } from "@sanfen/service";
import { COLOURS, COMMANDS, rollupMachine, TALLIES, topicSpecs } from "@sanfen/stream";
import { regionRollup } from "./rollup.ts";
import { routes } from "./routes.ts";

export const regionMachine: ReturnType<typeof rollupMachine> = rollupMachine(regionRollup);

const TOPICS: ReadonlySet<string> = new Set([TALLIES, COLOURS, COMMANDS]);

export const regionAggregator: Service = {
  name: "region-aggregator",
  collections: [...regionMachine.collections, ...(regionMachine.written ?? [])],
  topics: (partitions) => topicSpecs(partitions).filter(({ topic }) => TOPICS.has(topic)),
  routes,
  start: (platform) => startMachines(platform, [regionMachine]),
};
