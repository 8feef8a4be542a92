const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** A server that asks for longer is not believed: a wall display must come back by itself. */
const LONGEST_ASKED_MS = 300_000;

/**
 * How long to wait (ms) before connection attempt `attempt` (0 is the first after a drop): doubling up to 30 s, half
 * of it by chance, so that displays which lost one gateway do not return to it in step. `askedMs` is what the server
 * asked for in its `bye`; chance only adds to it. `chance` runs from 0 to 1.
 */
export function reconnectDelay(attempt: number, askedMs: number | null, chance: number): number {
  const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  const own = span / 2 + (span / 2) * chance;
  if (askedMs === null) return Math.round(own);
  const asked = Math.min(LONGEST_ASKED_MS, Math.max(0, askedMs));
  return Math.round(Math.max(own, asked + FIRST_MS * chance));
}
