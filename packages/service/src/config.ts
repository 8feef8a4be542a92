/** The configuration of a process: a pure function of its environment. */
import type { Text } from "@sanfen/model";
import { OPTIONS, type OptionValues } from "./config-options.ts";
import { nearest } from "./nearest.ts";
import { inDirectory, isLoopback } from "./option-parsers.ts";
import type { ServiceName } from "./service.ts";

/** Where the log is: one file, or brokers. */
export type LogAddress =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "kafka"; readonly url: string; readonly brokers: readonly string[] };

/** Where the store is: one file, or a MongoDB connection string (which may hold a password: print it with `redact`). */
export type StoreAddress =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "mongodb"; readonly url: string };

/** How much is written about the run: pino's levels. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** The operator has agreed to listen where others can reach it, without access control. */
  readonly open: boolean;
  /** Directory for files; relative to the working directory. */
  readonly dataDir: string;
  /** A file's path includes `dataDir`. */
  readonly log: LogAddress;
  /** A file's path includes `dataDir`. */
  readonly store: StoreAddress;
  /** Name of a site that ships, or path of a file: see `loadSite`. */
  readonly site: string;
  readonly demo: "simulated" | "off";
  /** Partitions of the facts. */
  readonly partitions: number;
  readonly flushMs: number;
  readonly batchRecords: number;
  /** Partitions of a fold that get a thread of their own, at most. */
  readonly threads: number;
  readonly tickMinutes: number;
  readonly logLevel: LogLevel;
  readonly maxBodyBytes: number;
  readonly shutdownMs: number;
  /** Base addresses of services that run apart, for the gateway; without a trailing slash. */
  readonly peers: Readonly<Partial<Record<Exclude<ServiceName, "gateway">, string>>>;
  /** Origins, besides the server's own, whose pages may open WebSockets and send commands. */
  readonly origins: readonly string[];
}

/** One thing wrong with the environment. Never holds a password. */
export interface ConfigProblem {
  /** Name of the variable. */
  readonly name: string;
  readonly detail: Text;
}

const PREFIX = "SANFEN_";
/** Variables that only tests read. */
const FOR_TESTS = "SANFEN_TEST_";

/**
 * Reads the configuration, or says everything that is wrong with it at once. An empty variable counts as not set.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  const problems = unknownNames(env);
  const values: Partial<OptionValues> = {};
  for (const key of Object.keys(OPTIONS) as (keyof OptionValues)[]) {
    const option = OPTIONS[key];
    const text = env[option.name] || option.default;
    if (text === undefined) continue;
    const parsed = option.parse(text);
    if ("wrong" in parsed) problems.push({ name: option.name, detail: parsed.wrong });
    else Object.assign(values, { [key]: parsed.value });
  }
  if (values.listen && values.open === "no" && !isLoopback(values.listen.host)) {
    problems.push({
      name: OPTIONS.listen.name,
      detail: {
        zh: `${values.listen.host} 可被他人访问，而目前还没有访问控制：设 ${OPTIONS.open.name}=yes 表示同意，或监听 127.0.0.1`,
        en: `others can reach ${values.listen.host} and there is no access control yet: agree with ${OPTIONS.open.name}=yes, or listen on 127.0.0.1`,
      },
    });
  }
  if (problems.length > 0) return { problems };
  // Every option with a default has a value now, as none was wrong.
  return { config: assemble(values as OptionValues) };
}

function assemble(values: OptionValues): Config {
  const {
    open,
    ingest,
    scorer,
    regionAggregator,
    taskDispatcher,
    alertPublisher,
    origins,
    partitions,
    threads,
    ...rest
  } = values;
  return {
    ...rest,
    open: open === "yes",
    log: inDirectory(values.log, values.dataDir),
    store: inDirectory(values.store, values.dataDir),
    partitions: partitions ?? (values.log.kind === "kafka" ? 12 : 2),
    // Where services run apart, one that folds has nobody else to answer.
    threads: threads ?? (values.log.kind === "kafka" ? 0 : 2),
    peers: {
      ...(ingest !== undefined && { ingest }),
      ...(scorer !== undefined && { scorer }),
      ...(regionAggregator !== undefined && { "region-aggregator": regionAggregator }),
      ...(taskDispatcher !== undefined && { "task-dispatcher": taskDispatcher }),
      ...(alertPublisher !== undefined && { "alert-publisher": alertPublisher }),
    },
    origins: origins ?? [],
  };
}

/** A name that nothing reads is a setting that silently does not hold: refused, with the name that was likely meant. */
function unknownNames(env: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  const known = Object.values(OPTIONS).map((option) => option.name);
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(env).toSorted()) {
    // In any case: a misspelt case is a misspelt name.
    if (!name.toUpperCase().startsWith(PREFIX) || name.startsWith(FOR_TESTS) || known.includes(name)) continue;
    // Compared without the prefix that all share, which would make any two short names look alike.
    const meant = nearest(
      name.toUpperCase().slice(PREFIX.length),
      known.map((each) => each.slice(PREFIX.length)),
    );
    problems.push({
      name,
      detail: meant
        ? {
            zh: `没有这个选项；是否指 ${PREFIX}${meant}？`,
            en: `there is no such option; did you mean ${PREFIX}${meant}?`,
          }
        : { zh: "没有这个选项", en: "there is no such option" },
    });
  }
  return problems;
}
