/** The clock of a calendar site: appends its ticks to `sanfen.control` as they fall due. */
import type { Assignment, Subscription } from "@sanfen/log";
import { dayInZone } from "@sanfen/model";
import type { Platform } from "@sanfen/service";
import { appendControl, CONTROL, ControlReader, dueTicks } from "@sanfen/stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Provenance } from "../facts/provenance.ts";
import { CLOCK_ACTOR, mayTick, msToNextTick, readLastTick } from "./due.ts";
import { untilDone } from "./retry.ts";

/** A broker's clock may be a little behind ours, and a tick from its future would be refused. */
const BEHIND_MS = 50;
/** How soon to look again where the clock may not tick yet, or a tick was refused. */
const LOOK_AGAIN_MS = 1_000;

export interface Ticker {
  /** What keeps it from ticking; empty when nothing does. */
  reasons(): readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts the clock. However many processes run one, the log gives the control partition to one member of the group
 * `clock`, and that one ticks.
 */
export async function startTicker(platform: Platform, provenance: Provenance): Promise<Ticker> {
  const { log, logger } = platform;
  const ended = new AbortController();
  const loops = new Set<Promise<void>>();
  let waiting: string | null = null;

  function tickWhile(assignment: Assignment): void {
    const signal = AbortSignal.any([assignment.signal, ended.signal]);
    const loop = keepTicking(platform, provenance, {
      signal,
      waiting: (error) => {
        waiting = error === null ? null : `the clock stands still: ${error.message}`;
        if (error) logger.warn({ err: error }, "no ticks; trying again");
      },
    })
      .catch((error: unknown) => {
        if (signal.aborted) return;
        waiting = "the clock stopped";
        logger.error({ err: error }, "the clock stopped");
      })
      .finally(() => loops.delete(loop));
    loops.add(loop);
  }

  const subscription: Subscription = await log.subscribe({
    group: "clock",
    topic: CONTROL,
    assigned: async (assignment) => {
      const { end } = await log.range(CONTROL, 0);
      tickWhile(assignment);
      return end;
    },
    batch: async () => {},
    failed: (error, gaveUp) => {
      if (gaveUp) waiting = `the clock gave up: ${error.message}`;
      logger.warn({ err: error, gaveUp }, "the clock lost its place");
    },
  });
  return {
    reasons: () => (waiting === null ? [] : [waiting]),
    stop: async () => {
      ended.abort(new Error("the clock was stopped"));
      await Promise.all(loops);
      await subscription.stop();
    },
  };
}

async function keepTicking(
  platform: Platform,
  provenance: Provenance,
  retry: Parameters<typeof untilDone>[1],
): Promise<void> {
  const { log, site, config, clock } = platform;
  const control = new ControlReader(log);
  const demo = config.demo === "simulated" && config.log.kind === "sqlite";
  let begun = false;
  for (;;) {
    const now = clock();
    const appended = await untilDone(async () => {
      const { holding } = provenance;
      if (holding === undefined) return undefined;
      begun ||= mayTick({
        lastTick: await readLastTick(log),
        today: dayInZone(now, site.zone),
        demo,
        holding,
      });
      if (!begun) return undefined;
      const due = dueTicks(await control.refresh(), now, site.zone, config.tickMinutes, CLOCK_ACTOR);
      await appendControl(log, due);
      // Read back: whether they stand is for whoever reads them, and they are read as any reader does.
      const { instant } = await control.refresh();
      return instant >= (due.at(-1)?.instant ?? 0);
    }, retry);
    const wait = appended ? msToNextTick(clock(), site.zone, config.tickMinutes) + BEHIND_MS : LOOK_AGAIN_MS;
    await pause(wait, undefined, { signal: retry.signal });
  }
}
