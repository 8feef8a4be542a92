/** What the store holds of the verdicts, beside how far the folds had come when it was read. */
import type { Log } from "@sanfen/log";
import { regionAggregator } from "@sanfen/region-aggregator";
import { COLOUR_ROWS, FACTS, GRADE_ROWS, POSITIONS, positionId, TALLIES } from "@sanfen/stream";
import type { Colour, Grade } from "@sanfen/events";
import type { Collection, Row, Store } from "@sanfen/store";
import { setTimeout as pause } from "node:timers/promises";
import type { Closed } from "./oracle.ts";

/** A row of the closings: a region's days of one month. A month may be there twice: as it was open, and archived. */
export interface KeptClosings {
  readonly code: string;
  readonly days: readonly Closed[];
}

/** A row of the tallies: by source partition, what it said, oldest first; the last is what holds. */
export interface KeptTallies {
  readonly region: string;
  readonly rulebook: string;
  readonly sources: Readonly<Record<number, readonly KeptLayer[]>>;
}

export interface KeptLayer {
  readonly version: { readonly epoch: number; readonly at: number };
  readonly counts: Readonly<Record<string, number>>;
}

export interface Kept {
  /** How far the scorer had come in each partition of the facts before any row was read, and in which rebuild. */
  readonly folded: readonly { readonly offset: number; readonly epoch: number }[];
  readonly grades: readonly Row<Grade>[];
  readonly tallies: readonly Row<KeptTallies>[];
  readonly closings: readonly Row<KeptClosings>[];
  readonly colours: readonly Row<Colour>[];
  /** What the region aggregator had not taken in yet when the rows were read; empty when it had taken in all. */
  readonly behind: readonly string[];
}

export interface KeptOptions {
  readonly log: Pick<Log, "range">;
  readonly store: Pick<Store, "get" | "scan" | "ensure">;
  readonly partitions: number;
  /** How long to wait for the region aggregator to take in what the scorer has said: 0 where nothing runs. */
  readonly waitMs: number;
}

const POLL_MS = 50;

/**
 * Reads the store so that each row can be judged by itself while services write: first the scorer's positions, then
 * the ends of the tallies, which by the order of effects hold all that it said before those positions; then, once
 * the region aggregator has come to those ends, the rows. A row that is older than the positions has not changed
 * since; one that is newer has, and is left out.
 */
export async function readKept({ log, store, partitions, waitMs }: KeptOptions): Promise<Kept> {
  const places = Array.from({ length: partitions }, (_, partition) => partition);
  const openRows = rowsOfAggregator<KeptClosings>("open_months");
  const pastRows = rowsOfAggregator<KeptClosings>("past_months");
  const tallyRows = rowsOfAggregator<KeptTallies>("region_aggregator_tallies");
  await store.ensure([POSITIONS, GRADE_ROWS, COLOUR_ROWS, openRows, pastRows, tallyRows]);
  const scorer = await positions(store, "scorer", FACTS, places);
  const ends = await Promise.all(places.map(async (place) => (await log.range(TALLIES, place)).end));
  const behind = await untilTakenIn(store, places, ends, waitMs);
  return {
    folded: scorer.map((row) => ({ offset: row?.doc.offset ?? 0, epoch: row?.version.epoch ?? 0 })),
    grades: await rows(store, GRADE_ROWS, places),
    tallies: await rows(store, tallyRows, places),
    closings: [...(await rows(store, pastRows, places)), ...(await rows(store, openRows, places))],
    colours: await rows(store, COLOUR_ROWS, places),
    behind,
  };
}

async function untilTakenIn(
  store: Pick<Store, "get">,
  places: readonly number[],
  ends: readonly number[],
  waitMs: number,
): Promise<string[]> {
  for (let left = waitMs; ; left -= POLL_MS) {
    const found = await positions(store, "region-aggregator", TALLIES, places);
    const behind = places.flatMap((place) => {
      const missing = ends[place]! - (found[place]?.doc.offset ?? 0);
      return missing > 0 ? [`region-aggregator: ${missing} records of ${TALLIES}/${place} not taken in`] : [];
    });
    if (behind.length === 0 || left <= 0) return behind;
    await pause(POLL_MS);
  }
}

async function positions(
  store: Pick<Store, "get">,
  service: string,
  topic: string,
  places: readonly number[],
): Promise<(Row<{ readonly offset: number }> | undefined)[]> {
  const ids = places.map((place) => positionId(service, topic, place));
  const found = await store.get(POSITIONS, ids);
  return ids.map((id) => found.get(id));
}

async function rows<D>(
  store: Pick<Store, "scan">,
  collection: Collection<D>,
  places: readonly number[],
): Promise<readonly Row<D>[]> {
  const all: Row<D>[] = [];
  for (const place of places) for await (const chunk of store.scan(collection, place)) all.push(...chunk);
  return all;
}

/** A collection of the region aggregator by its name. The shapes of its documents are read as any reader of the store would. */
function rowsOfAggregator<D>(name: string): Collection<D> {
  const found = regionAggregator.collections.find((collection) => collection.name === name);
  if (!found) throw new Error(`the region aggregator keeps no ${name}`);
  return found as unknown as Collection<D>;
}
