/**
 * A server that speaks MongoDB's wire protocol, for tests, from the nearest place that has one: the address in the
 * environment, else a container, else SecantusDB run as a process.
 */
import { startContainer } from "./mongodb-container.ts";
import { startProcess } from "./mongodb-process.ts";

export interface MongoServerOptions {
  /** A server of the caller's own, to kill and pause as it likes: the environment is not looked at. Default false. */
  readonly own?: boolean;
}

export interface MongoServer {
  /** Connection string without a database: see `withDatabase`. */
  readonly url: string;
  /** One line for people: which server, and where from. Holds no password. */
  readonly describe: string;
  /** Ends the server without warning, as kill -9 does; its data stays. */
  kill(): Promise<void>;
  /** Starts a killed server on its old data and address; resolves when it serves again. */
  restart(): Promise<void>;
  /** Freezes the server: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends what was started, and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server, or finds the one that `MONGODB_URI` (or `MONGODB_URL`) names: a runner that starts one for all test
 * files hands it on in that variable. Throws an Error that names what is missing when none can be had.
 */
export async function startMongo(options: MongoServerOptions = {}): Promise<MongoServer> {
  const named = process.env["MONGODB_URI"] || process.env["MONGODB_URL"];
  if (named && options.own !== true) return external(named);
  return (await startContainer()) ?? (await startProcess());
}

/** The same server with a database by name, so that test files that share it do not meet. */
export function withDatabase(url: string, name: string): string {
  const parts = /^(?<server>mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(?<options>\?.*)?$/.exec(url)?.groups;
  if (parts === undefined) throw new RangeError("not a MongoDB connection string");
  return `${parts["server"]}/${name}${parts["options"] ?? ""}`;
}

function external(url: string): MongoServer {
  return {
    url,
    describe: `MongoDB at ${/^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)/.exec(url)?.[1] ?? "?"} (MONGODB_URI)`,
    kill: refuse,
    restart: refuse,
    pause: refuse,
    resume: refuse,
    stop: () => Promise.resolve(),
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("the server of MONGODB_URI is not this test's to stop: start with own: true"));
}
