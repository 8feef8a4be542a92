/** The alert publisher: folds commands into warnings and answers about them. */
import { startMachines, type Service } from "@sanfen/service";
import { COMMANDS, CONTROL, foldMachine, topicSpecs, WARNINGS } from "@sanfen/stream";
import { warningFold } from "./fold.ts";
import { routes } from "./routes.ts";

export const warningMachine: ReturnType<typeof foldMachine> = foldMachine(warningFold);

const TOPICS = new Set([COMMANDS, WARNINGS, CONTROL]);

export const alertPublisher: Service = {
  name: "alert-publisher",
  collections: warningMachine.collections,
  topics: (partitions) => topicSpecs(partitions).filter(({ topic }) => TOPICS.has(topic)),
  routes,
  start: (platform) => startMachines(platform, [warningMachine]),
};
