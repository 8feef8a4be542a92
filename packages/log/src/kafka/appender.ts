import type { Message, ProducerRecord, RecordMetadata } from "kafkajs";
import { type Entry, LogError } from "../log.ts";
import { bytesOf, toMessage } from "./records.ts";

/** Sends to exactly one partition, and answers what the broker said about it. */
export type Send = (record: Pick<ProducerRecord, "topic" | "messages">) => Promise<readonly RecordMetadata[]>;

interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Below the broker's default limit of 1 MiB for a batch of records (`message.max.bytes`). */
const maxRequestBytes = 900_000;

/**
 * Lists on their way to one partition. One request is under way at a time, so that lists keep their order whatever is
 * retried; what comes in meanwhile leaves together in the next. A request carries one partition only: kafkajs, when a
 * leader moves under a send to several, retries it without those that moved and reports success.
 */
export class Lane {
  readonly #topic: string;
  readonly #partition: number;
  readonly #send: Send;
  readonly #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(topic: string, partition: number, send: Send) {
    this.#topic = topic;
    this.#partition = partition;
    this.#send = send;
  }

  /** Offsets of the entries; a list up to 900 kB goes in one request, which the broker takes whole or not at all. */
  append(entries: readonly Entry[]): Promise<readonly number[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
    this.#waiting.push({ entries, resolve, reject });
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
    return promise;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#take();
      try {
        const offsets: number[] = [];
        for (const part of parts(together.flatMap(({ entries }) => entries)))
          offsets.push(...(await this.#request(part)));
        for (const { entries, resolve } of together) resolve(offsets.splice(0, entries.length));
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
  }

  /** The lists that go in the next request: at least the first, then as many as fit. */
  #take(): Waiting[] {
    let bytes = 0;
    let fit = 0;
    for (const { entries } of this.#waiting) {
      bytes += entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
      if (fit > 0 && bytes > maxRequestBytes) break;
      fit += 1;
    }
    return this.#waiting.splice(0, fit);
  }

  async #request(entries: readonly Entry[]): Promise<number[]> {
    const messages: Message[] = entries.map((entry) => toMessage(entry, this.#partition));
    const answer = await this.#send({ topic: this.#topic, messages });
    return acknowledged(this.#topic, this.#partition, entries.length, answer);
  }
}

/**
 * Offsets of so many entries sent to one partition, if the broker's answer speaks of that partition, of no other, and
 * gives the first offset; else throws LogError `incomplete`: a partition without an offset is not acknowledged.
 */
export function acknowledged(
  topic: string,
  partition: number,
  count: number,
  answer: readonly RecordMetadata[],
): number[] {
  const [one, ...others] = answer;
  const first = Number(one?.baseOffset ?? one?.offset ?? Number.NaN);
  const meant = one?.topicName === topic && one.partition === partition && one.errorCode === 0;
  if (!meant || others.length > 0 || !Number.isSafeInteger(first) || first < 0) {
    throw new LogError(
      "incomplete",
      `append to ${topic}/${partition}: the broker's answer does not cover what was sent`,
    );
  }
  return Array.from({ length: count }, (_, index) => first + index);
}

function* parts(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const size = bytesOf(entry);
    if (index > from && bytes + size > maxRequestBytes) {
      yield entries.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < entries.length) yield entries.slice(from);
}
