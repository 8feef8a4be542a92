import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Entry, LogRecord } from "../log.ts";
import { maxSliceBytes, type Slice } from "../broker/storage.ts";

/** Rows that one step of a purge looks at. */
const purgeStep = 2_000;

/**
 * One partition, a table of its own whose row id is the offset. Appending then always writes at the right edge of a
 * B-tree (which SQLite fills page after page, without splits), and reading is one walk over pages that hold nothing
 * else. One table for all, by (topic, partition, offset), appends in the middle of its tree, leaves pages half full
 * and mixes partitions at their borders. Dropping a topic drops its tables.
 *
 * `place` counts the topic's records across partitions.
 */
export class SqlitePartition {
  readonly topic: string;
  readonly partition: number;
  /** Oldest offset kept, and the one the next record gets, as committed. */
  start: number;
  end: number;
  #lastAt: number;
  readonly lastPlace: number;
  readonly #topicId: number;
  readonly #db: DatabaseSync;
  readonly #table: string;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #place: StatementSync;

  constructor(db: DatabaseSync, topicId: number, topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    this.#topicId = topicId;
    this.#db = db;
    this.#table = tableOf(topicId, partition);
    this.#insert = db.prepare(`INSERT INTO ${this.#table} VALUES (?, ?, ?, ?, ?, ?)`);
    this.#select = db.prepare(
      `SELECT offset, place, appended_at, key, headers, value FROM ${this.#table}
       WHERE offset >= ? AND offset < ? ORDER BY offset LIMIT ?`,
    );
    this.#select.setReturnArrays(true);
    this.#place = db.prepare(`SELECT place FROM ${this.#table} WHERE offset = ?`);
    const { start } = db.prepare("SELECT start FROM starts WHERE topic = ? AND partition = ?").get(topicId, partition)!;
    const last = db.prepare(`SELECT offset, place, appended_at FROM ${this.#table} ORDER BY offset DESC LIMIT 1`).get();
    this.start = Number(start);
    this.end = last === undefined ? this.start : Number(last["offset"]) + 1;
    this.#lastAt = Number(last?.["appended_at"] ?? 0);
    this.lastPlace = Number(last?.["place"] ?? -1);
  }

  /** Creates the table; within a transaction of the caller's. */
  static create(db: DatabaseSync, topicId: number, partition: number): void {
    db.exec(
      `CREATE TABLE ${tableOf(topicId, partition)} (
         offset INTEGER PRIMARY KEY, place INTEGER NOT NULL, appended_at INTEGER NOT NULL, key TEXT NOT NULL,
         headers TEXT, value BLOB NOT NULL
       ) STRICT`,
    );
    db.prepare("INSERT INTO starts VALUES (?, ?, 0)").run(topicId, partition);
  }

  /** Removes the table; within a transaction of the caller's. */
  remove(): void {
    this.#db.exec(`DROP TABLE ${this.#table}`);
    this.#db.prepare("DELETE FROM starts WHERE topic = ? AND partition = ?").run(this.#topicId, this.partition);
  }

  /** Writes one row; `end` moves only when the transaction is `committed`. */
  write(offset: number, place: number, now: number, { key, headers, value }: Entry): void {
    // Instants never run backwards within a partition: retention cuts at the first that is kept.
    const appendedAt = Math.max(now, this.#lastAt);
    this.#insert.run(offset, place, appendedAt, key, headersText(headers), value);
  }

  committed(end: number, now: number): void {
    this.end = end;
    this.#lastAt = Math.max(now, this.#lastAt);
  }

  slice({ from, to = this.end, maxRecords, beforePlace = Infinity }: Slice): LogRecord[] {
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of this.#select.iterate(from, to, maxRecords)) {
      const [offset, place, appendedAt, key, headers, value] = row as unknown as Row;
      if (place >= beforePlace || bytes > maxSliceBytes) break;
      records.push({ offset, appendedAt, key, value, headers: headers === null ? {} : JSON.parse(headers) });
      bytes += value.length;
    }
    return records;
  }

  placeOf(offset: number): number {
    const row = this.#place.get(offset);
    if (row === undefined) throw new Error(`${this.topic}/${this.partition} has no record at ${offset}`);
    return Number(row["place"]);
  }

  /** The start after one more step of dropping records appended before `cutoff`; the same as before when none is left. */
  purgeStep(cutoff: number): number {
    const to = Math.min(this.end, this.start + purgeStep);
    const kept = this.#db
      .prepare(`SELECT min(offset) AS first FROM ${this.#table} WHERE offset >= ? AND offset < ? AND appended_at >= ?`)
      .get(this.start, to, cutoff);
    const start = Number(kept?.["first"] ?? to);
    if (start === this.start) return start;
    this.#db.prepare(`DELETE FROM ${this.#table} WHERE offset < ?`).run(start);
    this.#db
      .prepare("UPDATE starts SET start = ? WHERE topic = ? AND partition = ?")
      .run(start, this.#topicId, this.partition);
    return start;
  }
}

type Row = readonly [number, number, number, string, string | null, Uint8Array];

function tableOf(topicId: number, partition: number): string {
  return `records_${topicId}_${partition}`;
}

function headersText(headers: Entry["headers"]): string | null {
  if (headers === undefined) return null;
  for (const _ in headers) return JSON.stringify(headers);
  return null;
}
