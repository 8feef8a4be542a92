/** Watches how long the event loop stands still: while it does, nobody is answered. */

export interface StallWatch {
  /** The longest stand-still of about the last ten seconds, in ms. */
  worstMs(): number;
  stop(): void;
}

const STEP_MS = 500;
const KEPT_STEPS = 20;

/** `now` is a monotonic clock in ms. */
export function watchStalls(now: () => number): StallWatch {
  let last = now();
  const delays: number[] = [];
  const timer = setInterval(() => {
    const at = now();
    delays.push(Math.max(0, at - last - STEP_MS));
    if (delays.length > KEPT_STEPS) delays.shift();
    last = at;
  }, STEP_MS);
  timer.unref();
  return {
    // The step under way counts too: the first request after a stand-still may come before the timer fires.
    worstMs: () => Math.max(0, now() - last - STEP_MS, ...delays),
    stop: () => clearInterval(timer),
  };
}
