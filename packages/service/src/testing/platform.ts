/** A platform for tests of chassis and routes. */
import type { Log } from "@sanfen/log";
import type { Site } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import { readConfig, type Config } from "../config.ts";
import { createLogger } from "../logger.ts";
import { createMetrics } from "../metrics.ts";
import type { Platform } from "../service.ts";

/** The smallest site that is one. */
const SITE: Site = {
  name: "test",
  title: { zh: "测试", en: "Test" },
  zone: "Asia/Shanghai",
  clock: "calendar",
  enterpriseIds: "uscc",
  root: "33",
  levels: [{ id: "province", title: { zh: "省", en: "province" } }],
  regions: [{ code: "33", name: { zh: "浙江省", en: "Zhejiang" }, level: "province" }],
  products: [],
  bindings: [],
  mappings: [],
};

export interface TestPlatformParts {
  /** Environment on top of: any free port of 127.0.0.1, silent. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the test needs of the log; every other call throws, naming itself. */
  readonly log?: Partial<Log>;
  readonly store?: Partial<Store>;
  readonly site?: Site;
  readonly clock?: () => number;
}

/** A silent platform with metrics of its own; log and store do no more than the test says. */
export function testPlatform(parts: TestPlatformParts = {}): Platform {
  return {
    config: testConfig(parts.env),
    site: parts.site ?? SITE,
    log: partial<Log>("log", { ensure: nothing, check: nothing, ...parts.log }),
    store: partial<Store>("store", { ensure: nothing, check: nothing, ...parts.store }),
    metrics: createMetrics(),
    logger: createLogger("silent"),
    clock: parts.clock ?? (() => Math.floor(performance.timeOrigin + performance.now())),
  };
}

function testConfig(env: Readonly<Record<string, string>> = {}): Config {
  const read = readConfig({ SANFEN_LISTEN: "127.0.0.1:0", SANFEN_LOG_LEVEL: "silent", ...env });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.config;
}

async function nothing(): Promise<void> {}

function partial<T extends object>(what: string, given: Partial<T>): T {
  return new Proxy(given as T, {
    get(target, name, receiver): unknown {
      if (name in target) return Reflect.get(target, name, receiver);
      throw new Error(`the test gave no ${what}.${String(name)}`);
    },
  });
}
