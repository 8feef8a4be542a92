/** Whether a process can do its work now: what `/readyz` answers. */
import type { Log } from "@sanfen/log";
import type { Store } from "@sanfen/store";
import type { Readiness } from "./service.ts";
import type { StallWatch } from "./stall.ts";

/** A check of a port is asked at most so often, whoever asks for readiness, and however often. */
const CHECK_EVERY_MS = 1_000;
/** A port that has not answered for so long is not there. */
const CHECK_TIMEOUT_MS = 2_000;
/** After a longer stand-still, clients with a time-out will have given up. */
const STALL_MS = 2_000;

export interface ReadinessSources {
  readonly log: Pick<Log, "check">;
  readonly store: Pick<Store, "check">;
  readonly clock: () => number;
  readonly stalls: Pick<StallWatch, "worstMs">;
  /** Reasons of the process itself (starting, stopping) and of its services. */
  readonly reasons: () => readonly string[];
}

/** Answers within `CHECK_TIMEOUT_MS`, whatever hangs. Never rejects. */
export function readinessOf(sources: ReadinessSources): () => Promise<Readiness> {
  const log = cachedCheck("log", () => sources.log.check(), sources.clock);
  const store = cachedCheck("store", () => sources.store.check(), sources.clock);
  return async () => {
    const stall = sources.stalls.worstMs();
    const checks = await Promise.all([log(), store()]);
    const reasons = [
      ...sources.reasons(),
      ...checks.filter((reason) => reason !== undefined),
      ...(stall > STALL_MS ? [`the event loop stood still for ${(stall / 1_000).toFixed(1)} s`] : []),
    ];
    return { ready: reasons.length === 0, reasons };
  };
}

/** The reason why a check fails, or undefined. A check that hangs is not started again until it ends. */
function cachedCheck(what: string, check: () => Promise<void>, clock: () => number): () => Promise<string | undefined> {
  let answer: Promise<string | undefined> | undefined;
  let askedAt = 0;
  let pending = false;
  return async () => {
    if (!answer || (!pending && clock() - askedAt >= CHECK_EVERY_MS)) {
      askedAt = clock();
      pending = true;
      answer = (async () => {
        try {
          await check();
          return undefined;
        } catch (error) {
          // The code, not the message, which may name addresses.
          const code = error instanceof Error && "code" in error ? String(error.code) : "failed";
          return `the ${what} cannot be used (${code})`;
        } finally {
          pending = false;
        }
      })();
    }
    return answerOr(`the ${what} does not answer`, answer);
  };
}

async function answerOr(otherwise: string, answer: Promise<string | undefined>): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(otherwise), CHECK_TIMEOUT_MS);
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}
