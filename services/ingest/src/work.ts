/** What ingest does beside answering: documents and ticks into the log, the relay, and the imports in hand. */
import type { Platform, Readiness, Running } from "@sanfen/service";
import { startMachines, surroundingsOf } from "@sanfen/service";
import { OtherSite, runRelay, type Run } from "@sanfen/stream";
import { publishDocuments } from "./clock/documents.ts";
import { untilDone } from "./clock/retry.ts";
import { startTicker, type Ticker } from "./clock/ticker.ts";
import type { Desk } from "./desk.ts";
import { readShelf } from "./mapping/shelf.ts";
import { officerMachine } from "./officers/officers.ts";
import { registerMachine } from "./register/register-rows.ts";
import { startPlacing, type Placing } from "./unmatched/place.ts";
import { unmatchedMachine } from "./unmatched/unmatched.ts";

const MACHINES = [registerMachine, unmatchedMachine, officerMachine];
const READ_DOCUMENTS_MS = 5_000;

/** Begins; what needs the log goes on by itself once it answers. Rejects for a mistake in the site or its mappings, and OtherSite. */
export async function startWork(platform: Platform, desk: Desk): Promise<Running> {
  const { site, config, log, logger } = platform;
  const shelf = await readShelf(config.site);
  // Before the first upload, which the shelf lets in: what is on the disk now was left by another process.
  await desk.imports.load();
  desk.shelf = shelf;
  const ended = new AbortController();
  const inTrouble = Promise.withResolvers<void>();
  let waiting: string | null = "the documents of the site are not in the log yet";
  let relay: Run | undefined;
  let ticker: Ticker | undefined;
  let placing: Placing | undefined;
  const machines: Running[] = [];

  async function begin(): Promise<void> {
    const retry = {
      signal: ended.signal,
      waiting: (error: Error | null) => {
        if (error) logger.warn({ err: error }, "waiting for log or store");
        inTrouble.resolve();
      },
    };
    await untilDone(() => publishDocuments(platform), retry);
    await untilDone(() => desk.door.refresh(), retry);
    await untilDone(() => desk.provenance.read(log, config.partitions), retry);
    relay = await untilDone(() => runRelay(surroundingsOf(platform)), retry);
    // Where records are the clock, imports make the ticks.
    if (site.clock === "calendar") ticker = await untilDone(() => startTicker(platform, desk.provenance), retry);
    for (const kind of MACHINES) machines.push(await untilDone(() => startMachines(platform, [kind]), retry));
    placing = startPlacing(platform, desk.door);
    desk.imports.begin();
    waiting = null;
  }

  const begun = begin();
  // Of one that fails later, readiness and a line of the run's log tell.
  const beginning = begun.catch((error: unknown) => {
    if (ended.signal.aborted) return;
    waiting = error instanceof OtherSite ? error.message : "could not begin";
    logger.error({ err: error }, "ingest could not begin");
  });
  // Documents that other processes bring in are known here a little later.
  const reading = setInterval(() => {
    desk.door.refresh().catch((error: unknown) => logger.debug({ err: error }, "documents are not up to date"));
  }, READ_DOCUMENTS_MS);

  async function stop(): Promise<void> {
    ended.abort(new Error("ingest was stopped"));
    clearInterval(reading);
    await beginning;
    await ticker?.stop();
    await desk.imports.stop();
    await placing?.stop();
    await Promise.all(machines.map((machine) => machine.stop()));
    await relay?.stop();
  }

  try {
    // Where nothing is in the way, who comes after the start is not told to try again.
    await Promise.race([begun, inTrouble.promise]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    readiness: (): Readiness => {
      const reasons = [
        waiting,
        ...(relay?.readiness() ?? []),
        ...(ticker?.reasons() ?? []),
        ...machines.flatMap((machine) => machine.readiness().reasons),
        placing?.failure() ?? null,
      ].filter((reason) => reason !== null);
      return { ready: reasons.length === 0, reasons };
    },
    stop,
  };
}
