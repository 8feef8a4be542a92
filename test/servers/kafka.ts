/**
 * A real Kafka for tests, from the nearest place that has one: the brokers named in the environment, else a container,
 * else the broker's own jars run by Java.
 */
import { startContainers } from "./kafka-containers.ts";
import { startProcesses } from "./kafka-processes.ts";

export interface KafkaOptions {
  /** How many brokers; with three, topics are replicated and one broker may be lost. Default 1. */
  readonly brokers?: 1 | 3;
  /** A cluster of the caller's own, to kill and pause as it likes: `KAFKA_BROKERS` is not looked at. Default false. */
  readonly own?: boolean;
}

export interface Kafka {
  /** Addresses to start from, `host:port`. */
  readonly brokers: readonly string[];
  /** One line for people: which Kafka, and where from. */
  readonly describe: string;
  /** Ends a broker without warning, as a power cut does; its data stays. */
  kill(broker: number): Promise<void>;
  /** Starts a killed broker on its old data and address; resolves when it serves again. */
  restart(broker: number): Promise<void>;
  /** Freezes a broker: connections stay open and nothing answers. */
  pause(broker: number): Promise<void>;
  resume(broker: number): Promise<void>;
  /** Ends what was started, and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a Kafka, or finds the one that `KAFKA_BROKERS` (comma-separated) names: a runner that starts one for all test
 * files hands it on in that variable.
 * Throws an Error that names what is missing when none can be had.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const named = process.env["KAFKA_BROKERS"]?.split(",").map((broker) => broker.trim());
  if (named !== undefined && named[0] !== "" && options.own !== true) return external(named);
  const count = options.brokers ?? 1;
  return (await startContainers(count)) ?? (await startProcesses(count));
}

function external(brokers: readonly string[]): Kafka {
  return {
    brokers,
    describe: `Kafka at ${brokers.join(", ")} (KAFKA_BROKERS)`,
    kill: refuse,
    restart: refuse,
    pause: refuse,
    resume: refuse,
    stop: () => Promise.resolve(),
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("the brokers of KAFKA_BROKERS are not this test's to stop: start with own: true"));
}
