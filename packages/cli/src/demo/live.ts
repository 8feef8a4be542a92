/** Keeps a demo alive: sends simulated facts of today to the process's own door, one every few seconds. */
import { factToJson } from "@sanfen/events";
import { dayInZone } from "@sanfen/model";
import type { Platform, Server } from "@sanfen/service";
import { setTimeout as pause } from "node:timers/promises";
import { LiveFacts } from "../simulate/live.ts";
import type { Plan } from "../simulate/plan.ts";

/** One fact in so many ms: slow enough to follow by eye, and to leave running for days. */
const EVERY_MS = 2_000;

/** Sends until aborted. A fact that is not taken is dropped: the next one comes soon. */
export async function keepAlive(
  { app }: Pick<Server, "app">,
  { site, clock, logger }: Platform,
  plan: Plan,
  signal: AbortSignal,
): Promise<void> {
  const begun = clock();
  const live = new LiveFacts(site, plan, `live${begun.toString(36)}:`, begun % 0x7fffffff);
  while (!signal.aborted) {
    const { json } = factToJson(live.next(dayInZone(clock(), site.zone)));
    const answer = await app.inject({ method: "POST", url: "/v1/facts", payload: json });
    if (answer.statusCode !== 202) logger.debug({ status: answer.statusCode }, "a simulated fact was not taken");
    await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
