/** An installation as commands see it: its configuration, and its log and store once they are opened. */
import { LogError, openLog, type Log } from "@sanfen/log";
import { loadSite, readConfig, redact, SiteError, type Config } from "@sanfen/service";
import type { Site } from "@sanfen/model";
import { openStore, StoreError, type Store } from "@sanfen/store";
import { CliError, EXIT } from "./exit.ts";
import { resolve as absolute } from "node:path";
import type { Terminal } from "./terminal.ts";

export interface Installation {
  readonly config: Config;
  readonly site: Site;
}

export interface Ports {
  readonly log: Log;
  readonly store: Store;
  /** Both, the store last opened first closed. */
  close(): Promise<void>;
}

/** The configuration in the environment. Throws CliError with all that is wrong with it. */
export function configOf({ env }: Pick<Terminal, "env">): Config {
  const read = readConfig(env);
  if ("config" in read) return read.config;
  const lines = (language: "zh" | "en"): string =>
    read.problems.map(({ name, detail }) => `  ${name}: ${detail[language]}`).join("\n");
  throw new CliError(
    EXIT.usage,
    { zh: `配置有误：\n${lines("zh")}`, en: `the configuration is wrong:\n${lines("en")}` },
    { zh: "改正这些环境变量；选项表见 README", en: "correct these variables; the README lists them all" },
  );
}

/** Configuration and site. Throws CliError. */
export async function installationOf(terminal: Pick<Terminal, "env">): Promise<Installation> {
  const config = configOf(terminal);
  try {
    const { site } = await loadSite(config.site);
    return { config, site };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    throw new CliError(
      EXIT.usage,
      { zh: error.message, en: error.message },
      {
        zh: "SANFEN_SITE 取内置站点的名称或站点文件的路径",
        en: "SANFEN_SITE is the name of a site that ships, or the path of a site file",
      },
      { cause: error },
    );
  }
}

/** Opens log and store. Throws CliError where another process has them, or they cannot be opened. */
export async function openPorts({ config }: Pick<Installation, "config">): Promise<Ports> {
  const log = await opened(() => openLog(logUrl(config), config.dataDir), config);
  try {
    const store = await opened(() => openStore(storeUrl(config), config.dataDir), config);
    return {
      log,
      store,
      close: async () => {
        await store.close();
        await log.close();
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Where log and store are, for people: without passwords. */
export function placesOf({ log, store }: Config): { readonly log: string; readonly store: string } {
  return {
    log: log.kind === "sqlite" ? `SQLite ${log.file}` : `Kafka ${log.brokers.join(",")}`,
    store: store.kind === "sqlite" ? `SQLite ${store.file}` : `MongoDB ${redact(store.url)}`,
  };
}

/** A file's path includes the data directory already, so it is resolved against the working directory. */
function logUrl({ log }: Config): string {
  return log.kind === "sqlite" ? `sqlite:${absolute(log.file)}` : log.url;
}

function storeUrl({ store }: Config): string {
  return store.kind === "sqlite" ? `sqlite:${absolute(store.file)}` : store.url;
}

async function opened<T>(open: () => Promise<T>, { dataDir }: Config): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof LogError || error instanceof StoreError)) throw error;
    throw openingFault(error, dataDir);
  }
}

function openingFault(error: LogError | StoreError, dataDir: string): CliError {
  if (/in use by another process/.test(error.message)) {
    return new CliError(
      EXIT.busy,
      { zh: `数据目录 ${dataDir} 正被另一个进程使用`, en: `another process is using the data directory ${dataDir}` },
      {
        zh: "先停止那个进程（Ctrl+C），或用 SANFEN_DATA 另指目录",
        en: "stop that process first (Ctrl+C), or choose another directory with SANFEN_DATA",
      },
      { cause: error },
    );
  }
  return new CliError(
    EXIT.unreachable,
    { zh: `打不开日志或状态库：${error.message}`, en: `cannot open log or store: ${error.message}` },
    { zh: "运行 sanfen doctor 查看原因", en: "run sanfen doctor to see why" },
    { cause: error },
  );
}
