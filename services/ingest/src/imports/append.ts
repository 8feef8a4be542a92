/**
 * The second half of an import: facts into the log, day by day, and where a site's clock is its records, the midnights
 * that begin these days.
 *
 * A day ends with the tick of the next one, so that tick may only be appended once the day's facts are durable. Waiting
 * for the disk twice a day would take longer than all else; so some months go in as a round: the tick of its first day,
 * then all its facts, and the ticks of its other days with that of the next round. A fact that comes ahead of its day
 * waits for it, as any does.
 */
import type { Log } from "@sanfen/log";
import type { Day, Site } from "@sanfen/model";
import type { Metrics } from "@sanfen/service";
import { appendControl, ControlReader, midnightTicks } from "@sanfen/stream";
import { untilDone, type Retry } from "../clock/retry.ts";
import { appendFacts, laterOf, type LastOffsets, type PlacedFact } from "../facts/writer.ts";
import type { FactsByDay } from "./days.ts";

export interface AppendOptions {
  readonly days: FactsByDay;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "facts">;
  readonly site: Pick<Site, "clock" | "zone">;
  readonly retry: Retry;
  readonly progress: (appended: number, last: LastOffsets) => void;
}

const ROUND_FACTS = 5_000;
const ROUND_DAYS = 120;

/** Resolves once all is durable. Log trouble is waited out; rejects with the signal's reason, and with what stays. */
export async function appendDays(options: AppendOptions): Promise<void> {
  const { days, log, site, retry, metrics } = options;
  const isRecords = site.clock === "records";
  let appended = 0;
  let last: LastOffsets = new Map();
  let open: Day | undefined;
  const control = new ControlReader(log);
  for (const { facts, from, to } of days.rounds({ facts: ROUND_FACTS, days: isRecords ? ROUND_DAYS : Infinity })) {
    if (isRecords) await beginDays(log, control, from, site.zone, retry);
    for (let i = 0; i < facts.length; i += ROUND_FACTS) {
      const part = facts.slice(i, i + ROUND_FACTS);
      last = laterOf(last, await untilDone(() => appendFacts(log, part), retry));
      countKinds(part, metrics);
      appended += part.length;
      options.progress(appended, last);
    }
    open = to;
  }
  // The last day stays open: no tick ends it.
  if (isRecords && open !== undefined) await beginDays(log, control, open, site.zone, retry);
}

/** Midnights up to that of `day`, one for each day since the last tick; none where the log is further. */
async function beginDays(log: Log, control: ControlReader, day: Day, zone: string, retry: Retry): Promise<void> {
  await untilDone(async () => {
    // Read on before every attempt: one that failed may have appended them.
    await appendControl(log, midnightTicks(await control.refresh(), day, zone, "import"));
  }, retry);
}

function countKinds(facts: readonly PlacedFact[], metrics: Pick<Metrics, "facts">): void {
  for (const { kind } of facts) metrics.facts.inc({ kind, result: "accepted" });
}
