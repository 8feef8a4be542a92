import { LogError, type LogErrorCode } from "../log.ts";

/** What the client throws, as far as it is read here; kafkajs wraps the first cause in up to three others. */
interface KafkaFailure {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly retriable?: unknown;
  readonly cause?: unknown;
}

const codes: Readonly<Record<string, LogErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: "unknown-topic",
  INVALID_TOPIC_EXCEPTION: "unknown-topic",
  OFFSET_OUT_OF_RANGE: "out-of-range",
  KAFKA_STORAGE_ERROR: "full",
};

/** The protocol's name of an error (`NOT_ENOUGH_REPLICAS`), looked for along its causes; undefined where it has none. */
export function protocolType(error: unknown): string | undefined {
  for (const failure of causes(error)) {
    if (typeof failure.type === "string") return failure.type;
  }
  return undefined;
}

/**
 * A failure of the client as the port's callers know it. What trying again cannot mend and the port has no word for
 * (a record larger than the broker takes, a right that is missing) is handed on as it is.
 */
export function asLogError(error: unknown, doing: string): Error {
  if (error instanceof LogError) return error;
  const type = protocolType(error);
  const code = type === undefined ? "unavailable" : (codes[type] ?? "unavailable");
  const final = causes(error).some((one) => one.name === "KafkaJSProtocolError" && one.retriable === false);
  if (code === "unavailable" && final && error instanceof Error) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new LogError(code, `${doing}: ${text}`, { cause: error });
}

function causes(error: unknown): KafkaFailure[] {
  const chain: KafkaFailure[] = [];
  for (
    let one = error;
    typeof one === "object" && one !== null && chain.length < 10;
    one = (one as KafkaFailure).cause
  ) {
    chain.push(one);
  }
  return chain;
}
