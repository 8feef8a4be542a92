import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const kafkaVersion = "4.3.0";

const cache = join(import.meta.dirname, "..", "..", ".cache", `kafka-${kafkaVersion}`);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sanfen.test</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.4</version></dependency>
  </dependencies>
</project>
`;

/**
 * The class path of Apache Kafka's broker, fetched from Maven Central once and kept in the repository's `.cache`.
 * Needs Java 17 or newer, and Maven for the fetching; on Debian as root it installs them, else it throws an Error that
 * names what is missing.
 */
export async function kafkaClassPath(): Promise<string> {
  const libs = join(cache, "libs");
  const cached = existsSync(libs);
  await provide(cached);
  if (!cached) await fetchInto(libs);
  return join(libs, "*");
}

async function fetchInto(libs: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, "fetch-"));
  try {
    await writeFile(join(work, "pom.xml"), pom);
    const goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(work, "libs")}`];
    await run("mvn", ["-q", "-B", "-f", join(work, "pom.xml"), ...goal], { timeout: 600_000 });
    // Whole or not at all, also when two runs fetch at once: the loser of the rename finds the winner's there.
    await rename(join(work, "libs"), libs).catch((error: unknown) => {
      if (!existsSync(libs)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function provide(jarsCached: boolean): Promise<void> {
  const missing = await absent(jarsCached);
  if (missing.length === 0) return;
  const packages = ["openjdk-17-jre-headless", "maven"];
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env, timeout: 300_000 });
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], { env, timeout: 600_000 });
    if ((await absent(jarsCached)).length === 0) return;
  }
  throw new Error(
    `no Kafka for the tests: ${missing.join(" and ")} missing. Install them (Debian: apt-get install ` +
      `${packages.join(" ")}), or have Docker running, or name brokers in KAFKA_BROKERS=host:port,…`,
  );
}

async function absent(jarsCached: boolean): Promise<string[]> {
  const [java, maven] = await Promise.all([javaMajor(), jarsCached ? true : answers("mvn", "-v")]);
  return [...(java >= 17 ? [] : ["Java 17"]), ...(maven ? [] : ["Maven"])];
}

/** 17 for "17.0.15"; 0 without Java. */
async function javaMajor(): Promise<number> {
  try {
    const { stderr } = await run("java", ["-version"]);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function answers(command: string, ...args: string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}
