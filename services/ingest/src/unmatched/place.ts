/**
 * Matches become facts: the effects that decisions want, less those done. No position is kept; what is pending stands
 * in the rows. A fact written twice, by two processes or after a crash, is one fact: both are made of the same command.
 */
import { admitFact, encode, headersFor, type Command } from "@sanfen/events";
import { dayInZone, partitionOf } from "@sanfen/model";
import { waitUntilCaughtUp, type Platform } from "@sanfen/service";
import type { Row } from "@sanfen/store";
import { COMMANDS, positionId, POSITIONS } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import { mayPass } from "../clock/retry.ts";
import type { DoorKeeper } from "../door.ts";
import { appendFacts, placeFact } from "../facts/writer.ts";
import { UNMATCHED_ROWS, unmatchedMachine, type Unmatched } from "./unmatched.ts";

const PAUSE_MS = 250;
const PAGE_ROWS = 100;
const ACTOR = "ingest";

export interface Placing {
  /** Why it stands still; null when it does not. */
  failure(): string | null;
  stop(): Promise<void>;
}

/** Looks for decided facts until stopped. */
export function startPlacing(platform: Platform, door: DoorKeeper): Placing {
  const ended = new AbortController();
  let failure: string | null = null;
  async function work(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        await placeDecided(platform, door);
        failure = null;
      } catch (error) {
        if (failure === null) platform.logger.warn({ err: error }, "matched facts wait");
        failure = mayPass(error) ? "log or store does not answer" : "matched facts cannot be placed";
      }
      // Rejects when stopped, which is how the pause ends early.
      await pause(PAUSE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }
  const working = work();
  return {
    failure: () => failure,
    stop: async () => {
      ended.abort();
      await working;
    },
  };
}

/** One round. Rejects with LogError or StoreError. */
async function placeDecided(platform: Platform, door: DoorKeeper): Promise<void> {
  const { store } = platform;
  const query = { equal: { pending: 1 }, limit: PAGE_ROWS };
  const { rows: found } = await store.query(UNMATCHED_ROWS, query);
  if (found.length === 0) return;
  // In the midst of a replay one looks pending until the fold comes to where it was done.
  if (await waitUntilCaughtUp(platform, unmatchedMachine.name, COMMANDS)) return;
  const { rows } = await store.query(UNMATCHED_ROWS, query);
  const positions = await store.get(POSITIONS, [...new Set(rows.map(positionOf))]);
  for (const row of rows) {
    // One that an earlier log left behind is of no epoch that is being folded.
    if (positions.get(positionOf(row))?.version.epoch === row.version.epoch) await place(platform, door, row);
  }
}

function positionOf({ partition }: Row<Unmatched>): string {
  return positionId(unmatchedMachine.name, COMMANDS, partition);
}

/** The fact first: if it ends between the two, the fact is written once more. */
async function place(
  { site, log, config, clock, metrics, logger }: Platform,
  keeper: DoorKeeper,
  { id, doc }: Row<Unmatched>,
): Promise<void> {
  const instant = doc.decidedAt!;
  const door = { ...keeper.at(clock()), recordedAt: instant };
  const admission = admitFact({ ...doc.fact, subject: doc.subject }, door);
  if ("fact" in admission) {
    await appendFacts(log, [placeFact(admission.fact, config.partitions)]);
    metrics.facts.inc({ kind: admission.fact.kind, result: "accepted" });
  } else {
    // The site has changed since the import: regions or products that it named are gone. Said once, and let go.
    metrics.facts.inc({ kind: "unknown", result: "rejected" });
    logger.error({ object: id, problems: admission.problems }, "a matched fact is no fact any more");
  }
  const done: Command = {
    id: `placed-${doc.lastCommand}`,
    revision: 1,
    object: id,
    kind: "done",
    actor: ACTOR,
    expected: null,
    instant,
    day: dayInZone(instant, site.zone),
    document: "{}",
  };
  const headers = headersFor("Command", { id: done.id, source: ACTOR });
  await log.append(COMMANDS, partitionOf(id, config.partitions), [
    { key: id, value: encode("Command", done), headers },
  ]);
}
