/** The scorer: folds facts into grades, counts them into tallies, and answers questions about enterprises. */
import { startMachines, type Service } from "@sanfen/service";
import { COMMANDS, FACTS, GRADES, TALLIES, topicSpecs } from "@sanfen/stream";
import { scorerMachine } from "./machine.ts";
import { routes } from "./routes.ts";

export { scorerMachine };

const TOPICS: ReadonlySet<string> = new Set([FACTS, GRADES, TALLIES, COMMANDS]);

export const scorer: Service = {
  name: "scorer",
  collections: scorerMachine.collections,
  topics: (partitions) => topicSpecs(partitions).filter(({ topic }) => TOPICS.has(topic)),
  routes,
  start: (platform) => startMachines(platform, [scorerMachine]),
};
