/** Waiting until a service has stored what follows from records that were acknowledged: behind `?after=`. */
import { setTimeout as pause } from "node:timers/promises";
import { positionId, POSITIONS } from "@sanfen/stream";
import type { Positions } from "./after.ts";
import { problem, type ProblemDocument } from "./problem.ts";
import type { Platform } from "./service.ts";

const WAIT_MS = 5_000;
const POLL_MS = 20;

/**
 * Resolves with undefined once `fold` has stored its position behind every given record of `topic`; with a problem
 * document when that takes longer than five seconds.
 */
export async function waitUntilFolded(
  { store, clock }: Pick<Platform, "store" | "clock">,
  fold: string,
  topic: string,
  positions: Positions,
): Promise<ProblemDocument | undefined> {
  const wanted = new Map(
    Object.entries(positions[topic] ?? {}).map(([partition, offset]) => [
      positionId(fold, topic, Number(partition)),
      offset,
    ]),
  );
  const until = clock() + WAIT_MS;
  while (wanted.size > 0) {
    const rows = await store.get(POSITIONS, [...wanted.keys()]);
    for (const [id, row] of rows) if (row.doc.offset > wanted.get(id)!) wanted.delete(id);
    if (wanted.size === 0) break;
    if (clock() > until) {
      return problem(
        503,
        "not-yet",
        "Not taken into account yet",
        `${fold} has not come to the records named by "after"; ask again`,
      );
    }
    await pause(POLL_MS);
  }
  return undefined;
}

/** As `waitUntilFolded`, for everything that a topic holds now. */
export async function waitUntilCaughtUp(
  platform: Platform,
  fold: string,
  topic: string,
): Promise<ProblemDocument | undefined> {
  const partitions = Array.from({ length: await platform.log.partitions(topic) }, (_, partition) => partition);
  const ends = await Promise.all(partitions.map((partition) => platform.log.range(topic, partition)));
  const last = Object.fromEntries(ends.flatMap(({ end }, partition) => (end > 0 ? [[partition, end - 1]] : [])));
  return waitUntilFolded(platform, fold, topic, { [topic]: last });
}
