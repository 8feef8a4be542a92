import type { Broker, BrokerOptions } from "../broker/broker.ts";
import { defaultRestart } from "../restart.ts";
import { systemTiming } from "../timing.ts";
import type { Harness } from "./harness.ts";

/** A harness over a log within this process, whose clock tests may put forward. `ended` runs once it is closed. */
export async function brokerHarness(
  open: (options: BrokerOptions) => Broker,
  ended: () => Promise<void> = async () => {},
): Promise<Harness> {
  let ahead = 0;
  let topics = 0;
  const broker = open({
    timing: { ...systemTiming, now: () => Date.now() + ahead },
    restart: { ...defaultRestart, firstPauseMs: 1, maxPauseMs: 10 },
  });
  return {
    connect: async () => broker.connect(),
    topic: (spec) => {
      topics += 1;
      return { topic: `topic-${topics}`, partitions: 1, ...spec };
    },
    crash: async (log) => broker.crash(log),
    expire: async ({ retentionMs = 0 }) => {
      ahead += retentionMs + 1;
      await broker.purge();
    },
    reported: async (group, topic, partition) => broker.reported(group, topic, partition),
    dispose: async () => {
      await broker.close();
      await ended();
    },
  };
}
