import type { DatabaseSync } from "node:sqlite";
import { GroupCommit, type Portion } from "./group-commit.ts";
import { LogError, type Entry, type LogRecord, type Range, type TopicSpec } from "../log.ts";
import { asLogError, transact } from "./file.ts";
import { SqlitePartition } from "./partition.ts";
import type { Committed, Slice, Storage } from "../broker/storage.ts";
import type { Timing } from "../timing.ts";

interface Topic {
  readonly id: number;
  retentionMs: number | null;
  /** The place that the topic's next record gets. */
  nextPlace: number;
  readonly partitions: readonly SqlitePartition[];
}

/** Keeps the records in one SQLite file that nobody else has open; see `partition.ts` for the layout. */
export class SqliteStorage implements Storage {
  readonly #db: DatabaseSync;
  readonly #timing: Timing;
  readonly #topics = new Map<string, Topic>();
  readonly #writer: GroupCommit<SqlitePartition>;

  constructor(db: DatabaseSync, timing: Timing, committed: Committed) {
    this.#db = db;
    this.#timing = timing;
    for (const row of db.prepare("SELECT id, name, partitions, retention_ms FROM topics").all()) {
      const retentionMs = row["retention_ms"] === null ? null : Number(row["retention_ms"]);
      this.#load(Number(row["id"]), String(row["name"]), Number(row["partitions"]), retentionMs);
    }
    this.#writer = new GroupCommit({
      commit: (portions) => this.#commit(portions),
      committed: (partitions) => {
        for (const { topic, partition } of partitions) committed(topic, partition);
      },
      defer: (task) => timing.defer(task),
    });
  }

  partitions(topic: string): number | undefined {
    return this.#topics.get(topic)?.partitions.length;
  }

  put(spec: TopicSpec): void {
    const retentionMs = spec.retentionMs ?? null;
    const topic = this.#topics.get(spec.topic);
    if (topic === undefined) {
      this.#create(spec, retentionMs);
    } else if (topic.retentionMs !== retentionMs) {
      const update = this.#db.prepare("UPDATE topics SET retention_ms = ? WHERE id = ?");
      transact(this.#db, () => update.run(retentionMs, topic.id));
      topic.retentionMs = retentionMs;
    }
  }

  drop(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    transact(this.#db, () => {
      for (const partition of topic.partitions) partition.remove();
      this.#db.prepare("DELETE FROM topics WHERE id = ?").run(topic.id);
    });
    this.#topics.delete(name);
    const error = new LogError("unknown-topic", `topic ${name} was dropped`);
    this.#writer.refuse((partition) => partition.topic === name, error);
  }

  append(topic: string, partition: number, entries: readonly Entry[]): Promise<readonly number[]> {
    return this.#writer.append(this.#at(topic, partition), entries);
  }

  range(topic: string, partition: number): Range {
    const { start, end } = this.#at(topic, partition);
    return { start, end };
  }

  slice(topic: string, partition: number, slice: Slice): LogRecord[] {
    return reading(() => this.#at(topic, partition).slice(slice));
  }

  placeOf(topic: string, partition: number, offset: number): number {
    return reading(() => this.#at(topic, partition).placeOf(offset));
  }

  purge(now: number): boolean {
    for (const { retentionMs, partitions } of this.#topics.values()) {
      if (retentionMs === null) continue;
      for (const partition of partitions) {
        if (partition.start === partition.end) continue;
        const start = transact(this.#db, () => partition.purgeStep(now - retentionMs));
        if (start === partition.start) continue;
        partition.start = start;
        return false;
      }
    }
    return true;
  }

  /** Writes and removes a few pages: a full disk shows here before anybody's append fails. */
  async check(): Promise<void> {
    transact(this.#db, () => this.#db.exec("INSERT INTO probe VALUES (zeroblob(16384)); DELETE FROM probe"));
  }

  async close(): Promise<void> {
    this.#writer.drain();
    this.#db.close();
  }

  #create({ topic, partitions }: TopicSpec, retentionMs: number | null): void {
    const id = transact(this.#db, () => {
      const insert = this.#db.prepare("INSERT INTO topics (name, partitions, retention_ms) VALUES (?, ?, ?)");
      const created = Number(insert.run(topic, partitions, retentionMs).lastInsertRowid);
      for (let i = 0; i < partitions; i += 1) SqlitePartition.create(this.#db, created, i);
      return created;
    });
    this.#load(id, topic, partitions, retentionMs);
  }

  #load(id: number, name: string, count: number, retentionMs: number | null): void {
    const partitions = Array.from({ length: count }, (_, i) => new SqlitePartition(this.#db, id, name, i));
    const nextPlace = Math.max(-1, ...partitions.map(({ lastPlace }) => lastPlace)) + 1;
    this.#topics.set(name, { id, retentionMs, nextPlace, partitions });
  }

  /** One transaction. Ends and places move once it is committed, so that one that failed leaves no trace. */
  #commit(portions: readonly Portion<SqlitePartition>[]): number[] {
    const now = this.#timing.now();
    const ends = new Map<SqlitePartition, number>();
    const places = new Map<Topic, number>();
    const firsts = transact(this.#db, () =>
      portions.map(({ list: { partition, entries }, from, to }) => {
        const topic = this.#topics.get(partition.topic)!;
        const first = ends.get(partition) ?? partition.end;
        const place = places.get(topic) ?? topic.nextPlace;
        for (let i = 0; i < to - from; i += 1) partition.write(first + i, place + i, now, entries[from + i]!);
        ends.set(partition, first + to - from);
        places.set(topic, place + to - from);
        return first;
      }),
    );
    for (const [partition, end] of ends) partition.committed(end, now);
    for (const [topic, place] of places) topic.nextPlace = place;
    return firsts;
  }

  #at(topic: string, partition: number): SqlitePartition {
    const found = this.#topics.get(topic)?.partitions[partition];
    if (found === undefined) throw new LogError("unknown-topic", `there is no partition ${topic}/${partition}`);
    return found;
  }
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asLogError(error);
  }
}
