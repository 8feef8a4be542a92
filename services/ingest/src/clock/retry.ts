/** Doing again what log or store could not do, for as long as that may pass. */
import { LogError } from "@sanfen/log";
import { StoreError } from "@sanfen/store";
import { setTimeout as pause } from "node:timers/promises";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** Whether the call may succeed when it is made again. */
export function mayPass(error: unknown): error is LogError | StoreError {
  if (error instanceof LogError) return ["unavailable", "full", "incomplete"].includes(error.code);
  return error instanceof StoreError && ["unavailable", "full"].includes(error.code);
}

export interface Retry {
  readonly signal: AbortSignal;
  /** Told why it waits, and null once it does not any more. */
  readonly waiting: (error: Error | null) => void;
}

/**
 * Calls `action` until it resolves, with growing, jittered pauses. Rejects with what will not pass, and with the
 * signal's reason once that is aborted.
 */
export async function untilDone<T>(action: () => Promise<T>, { signal, waiting }: Retry): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS, failed = false; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      const result = await action();
      if (failed) waiting(null);
      return result;
    } catch (error) {
      if (!mayPass(error)) throw error;
      failed = true;
      waiting(error);
    }
    // A quarter either way, so that members that failed together do not knock together.
    await pause(pauseMs * (0.75 + Math.random() * 0.5), undefined, { signal });
  }
}
