import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import type { Entry, LogRecord } from "../log.ts";

export function toMessage(entry: Entry, partition: number): Message {
  const { key, value } = entry;
  return {
    key: Buffer.from(key),
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    partition,
    ...(entry.headers === undefined ? {} : { headers: { ...entry.headers } }),
  };
}

/** A record as it lies in Kafka; a key or value that a foreign producer left out is empty. */
export function toRecord(message: Pick<KafkaMessage, "offset" | "timestamp" | "key" | "value" | "headers">): LogRecord {
  return {
    offset: Number(message.offset),
    appendedAt: Number(message.timestamp),
    key: message.key?.toString() ?? "",
    value: message.value ?? new Uint8Array(),
    headers: toHeaders(message.headers),
  };
}

function toHeaders(headers: IHeaders | undefined): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers ?? {})) {
    // A header may come several times; the last one counts, as it does in HTTP's common readings.
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) plain[name] = value.toString();
  }
  return plain;
}

/** Upper bound of a message's bytes on the wire, its framing included (record format v2: at most 36 bytes a record). */
export function bytesOf(entry: Entry): number {
  let bytes = 36 + 3 * entry.key.length + entry.value.byteLength;
  for (const [name, value] of Object.entries(entry.headers ?? {})) bytes += 10 + 3 * (name.length + value.length);
  return bytes;
}
