/** What the stream runs in, made of a platform: ports, layout, and metrics and log lines for what it tells. */
import { decode, type Colour } from "@sanfen/events";
import { COLOURS, CONTROL, DEAD_LETTERS, type Observer, type Surroundings } from "@sanfen/stream";
import type { Platform } from "./service.ts";

/** Rows that may wait in memory before they are stored. */
const MAX_DIRTY_ROWS = 20_000;

export function surroundingsOf(platform: Platform): Surroundings {
  const { config, log, store, clock } = platform;
  return {
    log,
    store,
    clock,
    layout: { partitionsOf: (topic) => (topic === CONTROL || topic === DEAD_LETTERS ? 1 : config.partitions) },
    observer: observerOf(platform),
    flushMs: config.flushMs,
    maxDirtyRows: MAX_DIRTY_ROWS,
  };
}

function observerOf({ metrics, logger }: Platform): Observer {
  const colours = new Map<string, string>();
  return {
    folded: (service, records) => metrics.records.inc({ service, outcome: "folded" }, records),
    dead: (service, topic, reason, detail) => {
      metrics.records.inc({ service, outcome: "dead" });
      metrics.deadLetters.inc({ topic, reason });
      logger.warn({ service, topic, reason, detail }, "a record was put aside");
    },
    lag: (service, topic, partition, records, seconds) => {
      metrics.lagRecords.set({ service, topic, partition }, records);
      metrics.lagSeconds.set({ service, topic, partition }, seconds);
    },
    flushed: (service, rows, milliseconds) => {
      metrics.flushRows.observe({ service }, rows);
      metrics.flushDuration.observe({ service }, milliseconds / 1_000);
    },
    sent: (_, { topic, entries }) => {
      if (topic !== COLOURS) return;
      for (const { value } of entries) {
        const event = decode(value);
        if (event.name === "Colour") countColour(event.value);
      }
    },
    live: (_, causes, now) => {
      for (const { recordedAt } of causes) {
        if (recordedAt > 0) metrics.factToColour.observe(Math.max(0, now - recordedAt) / 1_000);
      }
    },
    waiting: (service, error, attempt) => {
      if (attempt === 1 || attempt % 10 === 0)
        logger.warn({ service, err: error, attempt }, "waiting for log or store");
    },
    failed: (service, error, gaveUp) => {
      if (gaveUp) logger.error({ service, err: error }, "gave up");
      else logger.warn({ service, err: error }, "failed; starting the partition anew");
    },
  };

  function countColour({ code, level, colour }: Colour): void {
    const from = colours.get(code);
    if (from !== undefined && from !== colour) metrics.colourChanges.inc({ level, from, to: colour });
    colours.set(code, colour);
  }
}
