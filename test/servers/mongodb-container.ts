import { setTimeout as delay } from "node:timers/promises";
import { GenericContainer, getContainerRuntimeClient, Wait } from "testcontainers";
import { freePorts } from "./kafka-ports.ts";
import { serves } from "./mongodb-ping.ts";
import type { MongoServer } from "./mongodb.ts";

const startTimeoutMs = 90_000;

/**
 * MongoDB in a container; undefined when Docker does not answer, or cannot pull or start the image, which is
 * `SANFEN_TEST_MONGODB_IMAGE` (default `mongo:8`; another one must listen on port 27017).
 */
export async function startContainer(): Promise<MongoServer | undefined> {
  const runtime = await getContainerRuntimeClient().catch(() => undefined);
  if (runtime === undefined) return undefined;
  const image = process.env["SANFEN_TEST_MONGODB_IMAGE"] ?? "mongo:8";
  const { host } = runtime.info.containerRuntime;
  try {
    // A port chosen here, for Docker gives a restarted container another one of its own choice.
    const [port] = await freePorts(1);
    // Asked here, over the protocol: testcontainers' own strategies want a shell in the image, or a line in its log.
    const container = await new GenericContainer(image)
      .withExposedPorts({ container: 27_017, host: port! })
      .withWaitStrategy(Wait.forAll([]))
      .start();
    const inner = runtime.container.getById(container.getId());
    const ready = async (): Promise<void> => {
      const deadline = performance.now() + startTimeoutMs;
      while (!(await serves(host, port!))) {
        if (performance.now() > deadline) throw new Error(`no answer within ${startTimeoutMs} ms`);
        await delay(50);
      }
    };
    const stop = async (): Promise<void> => void (await container.stop({ timeout: 0 }));
    try {
      await ready();
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      url: `mongodb://${host}:${port}/?directConnection=true`,
      describe: `${image} in a container`,
      kill: async () => void (await inner.kill()),
      // Docker's restart starts a stopped container too.
      restart: async () => {
        await container.restart({ timeout: 0 });
        await ready();
      },
      pause: async () => void (await inner.pause()),
      resume: async () => void (await inner.unpause()),
      stop,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Docker answers, but ${image} does not start (${reason}): trying SecantusDB\n`);
    return undefined;
  }
}
