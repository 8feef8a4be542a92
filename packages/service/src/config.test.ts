import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPTIONS } from "./config-options.ts";
import { configTable } from "./config-table.ts";
import { readConfig, type Config, type ConfigProblem } from "./config.ts";

function config(env: Record<string, string | undefined>): Config {
  const read = readConfig(env);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.config;
}

function problems(env: Record<string, string | undefined>): readonly ConfigProblem[] {
  const read = readConfig(env);
  return "problems" in read ? read.problems : [];
}

function names(env: Record<string, string | undefined>): string[] {
  return problems(env).map((problem) => problem.name);
}

describe("what is refused", () => {
  test("everything that is wrong, at once", () => {
    expect(
      names({
        SANFEN_LISTEN: "nowhere",
        SANFEN_LOG: "redis://x",
        SANFEN_STORE: "postgres://x",
        SANFEN_DEMO: "on",
        SANFEN_FLUSH_MS: "0.5",
        SANFEN_LOOG: "sqlite:x",
      }).toSorted(),
    ).toEqual(["SANFEN_DEMO", "SANFEN_FLUSH_MS", "SANFEN_LISTEN", "SANFEN_LOG", "SANFEN_LOOG", "SANFEN_STORE"]);
  });

  test.each([
    ["SANFEN_LITSEN", "SANFEN_LISTEN"],
    ["sanfen_store", "SANFEN_STORE"],
    ["SANFEN_SCORER", "SANFEN_STORE"],
    ["SANFEN_MAX_BODY_BYTE", "SANFEN_MAX_BODY_BYTES"],
  ])("an unknown name, with the one that was likely meant: %s", (name, meant) => {
    const [problem, ...others] = problems({ [name]: "x" });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      name,
      detail: { en: expect.stringContaining(`did you mean ${meant}?`) as string },
    });
  });

  test("an unknown name like no other, without a guess", () => {
    expect(problems({ SANFEN_XYZ: "1" })).toEqual([
      { name: "SANFEN_XYZ", detail: { zh: "没有这个选项", en: "there is no such option" } },
    ]);
  });

  test.each(["0.0.0.0:8080", "[::]:8080", "192.168.1.5:80", "example.org:80", "127.example.org:80"])(
    "an address that others reach, unless that is agreed: %s",
    (listen) => {
      expect(problems({ SANFEN_LISTEN: listen })).toMatchObject([
        { name: "SANFEN_LISTEN", detail: { en: expect.stringContaining("SANFEN_OPEN=yes") as string } },
      ]);
      expect(names({ SANFEN_LISTEN: listen, SANFEN_OPEN: "yes" })).toEqual([]);
    },
  );

  test.each(["127.0.0.1:8080", "127.1.2.3:1", "localhost:0", "[::1]:65535"])("not a loopback: %s", (listen) => {
    expect(names({ SANFEN_LISTEN: listen })).toEqual([]);
  });

  test.each([
    ["SANFEN_LISTEN", "127.0.0.1:65536"],
    ["SANFEN_LISTEN", ":8080"],
    ["SANFEN_LISTEN", "8080"],
    ["SANFEN_OPEN", "true"],
    ["SANFEN_DATA", "a\0b"],
    ["SANFEN_LOG", "sqlite:"],
    ["SANFEN_LOG", "sqlite://log.db"],
    ["SANFEN_LOG", "kafka://"],
    ["SANFEN_LOG", "kafka://b1"],
    ["SANFEN_LOG", "kafka://b1:9092,"],
    ["SANFEN_LOG", "kafka://b1:9092/topic"],
    ["SANFEN_STORE", "mongodb://"],
    ["SANFEN_PARTITIONS", "0"],
    ["SANFEN_PARTITIONS", "1e2"],
    ["SANFEN_TICK_MINUTES", "-15"],
    ["SANFEN_TICK_MINUTES", "1441"],
    ["SANFEN_BATCH_RECORDS", " 10"],
    ["SANFEN_LOG_LEVEL", "INFO"],
    ["SANFEN_SHUTDOWN_MS", "9999999999999999999999"],
    ["SANFEN_SCORER_URL", "scorer:8080"],
    ["SANFEN_SCORER_URL", "ftp://scorer"],
    ["SANFEN_SCORER_URL", "http://scorer/?a=b"],
    ["SANFEN_ORIGINS", "*"],
    ["SANFEN_ORIGINS", "https://a.example/path"],
    ["SANFEN_ORIGINS", "https://a.example,,"],
  ])("%s=%j", (name, value) => {
    expect(names({ [name]: value })).toEqual([name]);
  });

  test("without repeating a password", () => {
    const secret = "hunter2";
    const wrong = {
      SANFEN_LOG: `kafka://user:${secret}@b1:9092`,
      SANFEN_STORE: `mongo://user:${secret}@db`,
      SANFEN_INGEST_URL: `http://user:${secret}@ingest`,
      SANFEN_SCORER_URL: `http://scorer/?token=${secret}`,
      SANFEN_ORIGINS: `https://user:${secret}@a.example`,
    };
    expect(names(wrong).toSorted()).toEqual(Object.keys(wrong).toSorted());
    expect(JSON.stringify(problems(wrong))).not.toContain(secret);
  });

  test("whatever the values: a configuration or problems with names, never an exception", () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.webUrl(), fc.integer().map(String));
    const env = fc.record(Object.fromEntries(Object.values(OPTIONS).map((option) => [option.name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(env, (given) => {
        const read = readConfig(given);
        if ("problems" in read) expect(read.problems.every((problem) => problem.name in given)).toBe(true);
        else expect(read.config.partitions).toBeGreaterThan(0);
      }),
    );
  });
});

describe("what is taken", () => {
  test("nothing at all: the defaults", () => {
    expect(config({ PATH: "/bin", SANFEN_TEST_SEED: "1", SANFEN_LOG: "" })).toEqual({
      listen: { host: "127.0.0.1", port: 8080 },
      open: false,
      dataDir: "data",
      log: { kind: "sqlite", file: "data/log.db" },
      store: { kind: "sqlite", file: "data/state.db" },
      site: "jiaxing",
      demo: "simulated",
      partitions: 2,
      flushMs: 400,
      batchRecords: 1_000,
      threads: 2,
      tickMinutes: 15,
      logLevel: "info",
      maxBodyBytes: 8_388_608,
      shutdownMs: 10_000,
      peers: {},
      origins: [],
    });
  });

  test("a process of a distributed installation", () => {
    expect(
      config({
        SANFEN_LISTEN: "[::]:80",
        SANFEN_OPEN: "yes",
        SANFEN_LOG: "kafka://b1:9092,b2:9092",
        SANFEN_STORE: "mongodb://user:word@db1,db2/sanfen?replicaSet=rs",
        SANFEN_DEMO: "off",
        SANFEN_SCORER_URL: "http://scorer:8080/",
        SANFEN_REGION_AGGREGATOR_URL: "https://regions.example/base/",
        SANFEN_ORIGINS: "https://wall.example, http://localhost:3000",
      }),
    ).toMatchObject({
      listen: { host: "::", port: 80 },
      open: true,
      log: { kind: "kafka", url: "kafka://b1:9092,b2:9092", brokers: ["b1:9092", "b2:9092"] },
      store: { kind: "mongodb", url: "mongodb://user:word@db1,db2/sanfen?replicaSet=rs" },
      partitions: 12,
      threads: 0,
      peers: { scorer: "http://scorer:8080", "region-aggregator": "https://regions.example/base" },
      origins: ["https://wall.example", "http://localhost:3000"],
    });
  });

  test("partitions, whatever the log", () => {
    expect(config({ SANFEN_LOG: "kafka://b1:9092", SANFEN_PARTITIONS: "3" }).partitions).toBe(3);
  });

  test("files: in the data directory, unless absolute", () => {
    const read = config({
      SANFEN_DATA: "/var/lib/sanfen",
      SANFEN_LOG: "sqlite:a/log.db",
      SANFEN_STORE: "sqlite:/s.db",
    });
    expect(read.log).toEqual({ kind: "sqlite", file: "/var/lib/sanfen/a/log.db" });
    expect(read.store).toEqual({ kind: "sqlite", file: "/s.db" });
  });
});

describe("the table", () => {
  test.each(["zh", "en"] as const)("has a full row for every option: %s", (lang) => {
    const rows = configTable(lang).trimEnd().split("\n");
    expect(rows).toHaveLength(2 + Object.keys(OPTIONS).length);
    for (const row of rows)
      expect(
        row
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ).not.toContain("");
    expect(rows[2]).toMatch(/^\| `SANFEN_LISTEN` \| `127\.0\.0\.1:8080` \|/);
    expect(configTable(lang)).toContain(lang === "en" ? "12 on Kafka" : "Kafka 为 12");
  });
});
