/** What a service is to the process that runs it: routes, work in the background, and what it needs of the ports. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Log, TopicSpec } from "@sanfen/log";
import type { Site } from "@sanfen/model";
import type { Store } from "@sanfen/store";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "./config.ts";
import type { Metrics } from "./metrics.ts";

export const SERVICE_NAMES = [
  "ingest",
  "scorer",
  "region-aggregator",
  "task-dispatcher",
  "alert-publisher",
  "gateway",
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Fastify with TypeBox schemas: what routes are registered on. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** A pino logger, in the shape in which Fastify takes one: `logger.info({ topic }, "message")`. */
export type Logger = FastifyBaseLogger;

/** A collection whatever its documents are, as the store's `ensure` takes it. */
export type AnyCollection = Parameters<Store["ensure"]>[0][number];

/** What every service of a process shares. Closed by who made it, after the server has stopped. */
export interface Platform {
  readonly config: Config;
  readonly site: Site;
  readonly log: Log;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Milliseconds since 1970: the only clock of shells. Folds have none. */
  readonly clock: () => number;
}

export interface Service {
  readonly name: ServiceName;
  /** What it keeps; created before it starts. */
  readonly collections: readonly AnyCollection[];
  /** Topics it reads or writes, given the number of partitions of the facts; created before it starts. */
  topics(partitions: number): readonly TopicSpec[];
  /** Registers its routes, each with `config.access`. Called before `start`; content types it adds stay its own. */
  routes(app: App, platform: Platform): void;
  /** Begins its work. Requests may come before it resolves. Rejects when it cannot ever. */
  start(platform: Platform): Promise<Running>;
}

/** A service at work. */
export interface Running {
  readiness(): Readiness;
  /** Finishes what is in hand and gives up what it holds. Called once. */
  stop(): Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not, for people: one sentence each, without addresses or secrets. Empty when ready. */
  readonly reasons: readonly string[];
}
