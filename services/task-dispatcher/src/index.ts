/** The task dispatcher: folds commands into tasks, makes facts of what is reported, answers about tasks. */
import { startMachines, type Platform, type Running, type Service } from "@sanfen/service";
import { COMMANDS, CONTROL, FACTS, foldMachine, TASKS, topicSpecs } from "@sanfen/stream";
import { startEffects } from "./effects.ts";
import { taskFold } from "./fold.ts";
import { routes } from "./routes.ts";

export const taskMachine: ReturnType<typeof foldMachine> = foldMachine(taskFold);

const TOPICS = new Set([COMMANDS, TASKS, FACTS, CONTROL]);

export const taskDispatcher: Service = {
  name: "task-dispatcher",
  collections: taskMachine.collections,
  topics: (partitions) => topicSpecs(partitions).filter(({ topic }) => TOPICS.has(topic)),
  routes,
  start,
};

async function start(platform: Platform): Promise<Running> {
  const machines = await startMachines(platform, [taskMachine]);
  const effects = startEffects(platform);
  return {
    readiness: () => {
      const { reasons } = machines.readiness();
      const failure = effects.failure();
      const all = failure === null ? reasons : [...reasons, `effects: ${failure}`];
      return { ready: all.length === 0, reasons: all };
    },
    stop: async () => {
      await effects.stop();
      await machines.stop();
    },
  };
}
