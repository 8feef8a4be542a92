import { GenericContainer, getContainerRuntimeClient, Network, type StartedTestContainer, Wait } from "testcontainers";
import { freePorts } from "./kafka-ports.ts";
import { brokerSettings } from "./kafka-settings.ts";
import type { Kafka } from "./kafka.ts";

/**
 * Kafka in containers, one a broker; undefined when Docker does not answer, or cannot pull or start the image, which
 * is `SANFEN_TEST_KAFKA_IMAGE` (default `apache/kafka:4.3.0`; another one must take its settings as that one does,
 * from variables named `KAFKA_` and the setting in capitals).
 */
export async function startContainers(count: number): Promise<Kafka | undefined> {
  const runtime = await getContainerRuntimeClient().catch(() => undefined);
  if (runtime === undefined) return undefined;
  const image = process.env["SANFEN_TEST_KAFKA_IMAGE"] ?? "apache/kafka:4.3.0";
  const { host } = runtime.info.containerRuntime;
  const ports = await freePorts(count);
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const network = await new Network().start();
    undo.push(() => network.stop());
    const controllers = ports.map((_, index) => `kafka-${index + 1}:9093`);
    const starting = ports.map(async (port, index) => {
      const alias = `kafka-${index + 1}`;
      const settings = brokerSettings(
        {
          id: index + 1,
          listeners: "PLAINTEXT://:9092,INTERNAL://:9094,CONTROLLER://:9093",
          advertised: `PLAINTEXT://${host}:${port},INTERNAL://${alias}:9094`,
        },
        controllers,
        "INTERNAL",
      );
      const container = await new GenericContainer(image)
        .withNetwork(network)
        .withNetworkAliases(alias)
        .withExposedPorts({ container: 9092, host: port })
        .withEnvironment({ ...asVariables(settings), CLUSTER_ID: "sanfenSanfenSanfenSanf" })
        .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
        .withStartupTimeout(90_000)
        .start();
      undo.push(() => container.stop({ timeout: 0 }));
      return container;
    });
    await Promise.allSettled(starting);
    const containers = await Promise.all(starting);
    const one = (index: number): StartedTestContainer => {
      const container = containers[index];
      if (container === undefined) throw new RangeError(`broker ${index} of ${count}`);
      return container;
    };
    const byId = (index: number): ReturnType<typeof runtime.container.getById> =>
      runtime.container.getById(one(index).getId());
    return {
      brokers: ports.map((port) => `${host}:${port}`),
      describe: `${image}, ${count} container${count === 1 ? "" : "s"}`,
      kill: async (index) => void (await byId(index).kill()),
      // Docker's restart starts a stopped container too, and testcontainers then waits for the log line anew.
      restart: (index) => one(index).restart({ timeout: 0 }),
      pause: async (index) => void (await byId(index).pause()),
      resume: async (index) => void (await byId(index).unpause()),
      stop,
    };
  } catch (error) {
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Docker answers, but ${image} does not start (${reason}): trying Java\n`);
    return undefined;
  }
}

function asVariables(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`KAFKA_${name.replaceAll(".", "_").toUpperCase()}`, value]),
  );
}
