import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { kafkaClassPath, kafkaVersion } from "./kafka-jars.ts";
import { freePorts } from "./kafka-ports.ts";
import { brokerSettings } from "./kafka-settings.ts";
import type { Kafka } from "./kafka.ts";

const jvm = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const startTimeoutMs = 90_000;

const logging = `rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %m (%c)%n%throwable
`;

/** Apache Kafka in KRaft mode, a Java process a broker, on free ports of 127.0.0.1, data in a temporary folder. */
export async function startProcesses(count: number): Promise<Kafka> {
  const classPath = await kafkaClassPath();
  const ports = await freePorts(2 * count);
  const root = await mkdtemp(join(tmpdir(), "sanfen-kafka-"));
  const at = (index: number): string => `127.0.0.1:${ports[index]!}`;
  const controllers = Array.from({ length: count }, (_, index) => at(count + index));
  const brokers = controllers.map((controller, index) => {
    const settings = brokerSettings(
      {
        id: index + 1,
        listeners: `PLAINTEXT://${at(index)},CONTROLLER://${controller}`,
        advertised: `PLAINTEXT://${at(index)}`,
      },
      controllers,
      "PLAINTEXT",
    );
    return new Broker(classPath, join(root, String(index + 1)), settings);
  });
  const endAll = (): void => {
    for (const broker of brokers) broker.killNow();
    rmSync(root, { recursive: true, force: true });
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    endAll();
    process.removeListener(signal, onSignal);
    process.kill(process.pid, signal);
  };
  process.once("exit", endAll);
  for (const signal of signals) process.on(signal, onSignal);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", endAll);
    for (const signal of signals) process.removeListener(signal, onSignal);
    await Promise.all(brokers.map((broker) => broker.kill()));
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const cluster = randomUUID().replaceAll("-", "").slice(0, 22);
    await Promise.all(brokers.map((broker) => broker.format(cluster)));
    await Promise.all(brokers.map((broker) => broker.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const one = (index: number): Broker => {
    const broker = brokers[index];
    if (broker === undefined) throw new RangeError(`broker ${index} of ${count}`);
    return broker;
  };
  return {
    brokers: brokers.map((_, index) => at(index)),
    describe: `Apache Kafka ${kafkaVersion}, ${count} broker${count === 1 ? "" : "s"}, from Maven jars on Java`,
    kill: (index) => one(index).kill(),
    restart: (index) => one(index).start(),
    pause: (index) => one(index).signal("SIGSTOP"),
    resume: (index) => one(index).signal("SIGCONT"),
    stop,
  };
}

class Broker {
  readonly #classPath: string;
  readonly #folder: string;
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(classPath: string, folder: string, settings: Record<string, string>) {
    this.#classPath = classPath;
    this.#folder = folder;
    this.#settings = { ...settings, "log.dirs": join(folder, "data") };
  }

  async format(cluster: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const lines = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(this.#file("server.properties"), lines.join(""));
    await writeFile(this.#file("log4j2.properties"), logging);
    const format = ["format", "-t", cluster, "-c", this.#file("server.properties"), "--ignore-formatted"];
    await promisify(execFile)("java", this.#java("kafka.tools.StorageTool", ...format));
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error("the broker is running");
    const child = spawn("java", this.#java("kafka.Kafka", this.#file("server.properties")), {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    const tail: string[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (reason: string): void => reject(new Error(`${reason}\n${tail.join("\n")}`));
    createInterface(child.stdout).on("line", (line) => {
      tail.push(line);
      if (tail.length > 40) tail.shift();
      if (line.includes("Kafka Server started")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      fail(`Kafka ended while starting (${signal ?? code})`);
    });
    const timer = setTimeout(() => fail(`Kafka did not start within ${startTimeoutMs} ms`), startTimeoutMs);
    await promise.finally(() => clearTimeout(timer));
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  killNow(): void {
    this.#child?.kill("SIGKILL");
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.#child?.kill(signal) !== true) throw new Error("the broker is not running");
    return Promise.resolve();
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  #java(main: string, ...args: string[]): string[] {
    return [
      ...jvm,
      `-Dlog4j2.configurationFile=${this.#file("log4j2.properties")}`,
      "-cp",
      this.#classPath,
      main,
      ...args,
    ];
  }
}
