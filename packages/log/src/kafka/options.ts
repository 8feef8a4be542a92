import { CompressionTypes, Kafka, logLevel, type ISocketFactory, type LogEntry } from "kafkajs";
import { defaultRestart, type RestartPolicy } from "../restart.ts";

type KafkaLogLevel = "error" | "warn" | "info" | "debug";

/** Where the client's own messages go; the fields are plain values. */
type KafkaLogger = (level: KafkaLogLevel, text: string, fields: Readonly<Record<string, unknown>>) => void;

export interface KafkaOptions {
  /** How the brokers' logs and quotas name this client. Default `sanfen`. */
  readonly clientId?: string;
  /** Default: silent. */
  readonly logger?: KafkaLogger;
  /** When failed assignments and lost connections are started anew. */
  readonly restart?: RestartPolicy;
  /** A number in [0, 1), for spreading restarts. Default `Math.random`. */
  readonly random?: () => number;
  /** A member that is silent for so long loses its partitions, in ms; at least the broker's minimum. Default 15,000. */
  readonly sessionTimeoutMs?: number;
  /** How long a group waits for a member to finish its batch when partitions move, in ms. Default 60,000. */
  readonly rebalanceTimeoutMs?: number;
  /** How long one request may take, in ms. Default 15,000. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may take to open, in ms. Default 2,000. */
  readonly connectTimeoutMs?: number;
  /** Of what is appended. Default `none`. */
  readonly compression?: "none" | "gzip";
  /** Opens the connections; default: plain TCP, or TLS, as kafkajs does. */
  readonly socketFactory?: ISocketFactory;
}

/** The options with every default filled in, and the client they describe. */
export interface Settings {
  readonly kafka: Kafka;
  readonly clientId: string;
  readonly logger: KafkaLogger;
  readonly restart: RestartPolicy;
  readonly random: () => number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly compression: CompressionTypes;
  /** Hears of a connection that could not be ended. */
  readonly notEnded: (error: unknown) => void;
}

/** kafkajs's own retries, within one call. */
export const quickRetry = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 } as const;

const levels: readonly (readonly [logLevel, KafkaLogLevel])[] = [
  [logLevel.ERROR, "error"],
  [logLevel.WARN, "warn"],
  [logLevel.INFO, "info"],
  [logLevel.DEBUG, "debug"],
];

export function settingsOf(brokers: readonly string[], options: KafkaOptions): Settings {
  const clientId = options.clientId ?? "sanfen";
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 15_000;
  const requestTimeoutMs = options.requestTimeoutMs ?? 15_000;
  const logger = options.logger ?? (() => {});
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: options.connectTimeoutMs ?? 2_000,
    requestTimeout: requestTimeoutMs,
    // A dead broker must be told within seconds; a new cluster takes about two to make room for its first group.
    retry: quickRetry,
    logLevel: options.logger === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: () => (entry) => forward(entry, logger),
    ...(options.socketFactory === undefined ? {} : { socketFactory: options.socketFactory }),
  });
  return {
    kafka,
    clientId,
    logger,
    restart: options.restart ?? defaultRestart,
    random: options.random ?? Math.random,
    sessionTimeoutMs,
    heartbeatMs: Math.max(100, Math.floor(sessionTimeoutMs / 10)),
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    requestTimeoutMs,
    compression: options.compression === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None,
    notEnded: (error) => logger("debug", "a broken connection could not be ended", { error }),
  };
}

function forward(entry: LogEntry, logger: KafkaLogger): void {
  const level = levels.find(([theirs]) => theirs === entry.level)?.[1];
  if (level === undefined) return;
  const { message, timestamp: _, ...fields } = entry.log;
  logger(level, message, { namespace: entry.namespace, ...fields });
}
