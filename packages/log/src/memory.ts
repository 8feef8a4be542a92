import { Broker, type BrokerOptions } from "./broker/broker.ts";
import type { Entry, LogRecord, Range, TopicSpec } from "./log.ts";
import { maxSliceBytes, type Committed, type Slice, type Storage } from "./broker/storage.ts";
import { systemTiming, type Timing } from "./timing.ts";

/**
 * A log in memory, for tests and simulations: nothing survives the object. With a `timing` of the caller's it is
 * deterministic: all that it does follows from the order of calls and of deferred tasks.
 */
export function memoryBroker(options: BrokerOptions = {}): Broker {
  const timing = options.timing ?? systemTiming;
  return new Broker((committed) => new MemoryStorage(timing, committed), options);
}

interface Placed {
  readonly record: LogRecord;
  readonly place: number;
}

interface Partition {
  start: number;
  readonly kept: Placed[];
}

interface Topic {
  retentionMs: number | undefined;
  appended: number;
  readonly partitions: readonly Partition[];
}

class MemoryStorage implements Storage {
  readonly #timing: Timing;
  readonly #committed: Committed;
  readonly #topics = new Map<string, Topic>();

  constructor(timing: Timing, committed: Committed) {
    this.#timing = timing;
    this.#committed = committed;
  }

  partitions(topic: string): number | undefined {
    return this.#topics.get(topic)?.partitions.length;
  }

  put(spec: TopicSpec): void {
    const topic = this.#topics.get(spec.topic) ?? {
      retentionMs: undefined,
      appended: 0,
      partitions: Array.from({ length: spec.partitions }, () => ({ start: 0, kept: [] })),
    };
    topic.retentionMs = spec.retentionMs;
    this.#topics.set(spec.topic, topic);
  }

  drop(topic: string): void {
    this.#topics.delete(topic);
  }

  async append(name: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]> {
    const { topic, kept, start } = this.#at(name, partition);
    const appendedAt = Math.max(this.#timing.now(), kept.at(-1)?.record.appendedAt ?? 0);
    const offsets = entries.map(({ key, value, headers }) => {
      const offset = start + kept.length;
      // Copied, as a log that writes to disk does: what the caller changes later is not what was appended.
      const record = { offset, appendedAt, key, value: value.slice(), headers: { ...headers } };
      kept.push({ record, place: topic.appended });
      topic.appended += 1;
      return offset;
    });
    this.#committed(name, partition);
    // Answered a turn later, as by a log that waits for a disk: who appends in a loop does not hold the event loop.
    await new Promise<void>((resolve) => this.#timing.defer(resolve));
    return offsets;
  }

  range(name: string, partition: number): Range {
    const { start, kept } = this.#at(name, partition);
    return { start, end: start + kept.length };
  }

  slice(name: string, partition: number, { from, to, maxRecords, beforePlace }: Slice): LogRecord[] {
    const { start, kept } = this.#at(name, partition);
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const { record, place } of kept.slice(from - start, Math.min(from + maxRecords, to ?? Infinity) - start)) {
      if (place >= (beforePlace ?? Infinity) || bytes > maxSliceBytes) break;
      records.push(record);
      bytes += record.value.length;
    }
    return records;
  }

  placeOf(name: string, partition: number, offset: number): number {
    const { start, kept } = this.#at(name, partition);
    return kept[offset - start]!.place;
  }

  purge(now: number): boolean {
    for (const { retentionMs, partitions } of this.#topics.values()) {
      if (retentionMs === undefined) continue;
      for (const partition of partitions) {
        const keep = partition.kept.findIndex(({ record }) => record.appendedAt >= now - retentionMs);
        partition.start += partition.kept.splice(0, keep === -1 ? partition.kept.length : keep).length;
      }
    }
    return true;
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}

  #at(name: string, partition: number): Partition & { readonly topic: Topic } {
    const topic = this.#topics.get(name);
    const found = topic?.partitions[partition];
    if (topic === undefined || found === undefined) throw new Error(`no partition ${name}/${partition}`);
    return { topic, ...found };
  }
}
