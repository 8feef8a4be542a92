/**
 * When a failed assignment is started anew: pauses that double up to a cap, shortened at random by up to half so that
 * many consumers that failed together do not come back together, and an end after so many failures in a row.
 */
export interface RestartPolicy {
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** The failure at which an assignment that has handled no batch in between is given up. */
  readonly maxFailures: number;
}

export const defaultRestart: RestartPolicy = { firstPauseMs: 100, maxPauseMs: 10_000, maxFailures: 8 };

/**
 * Pause (ms) after the given number of failures in a row (1 or more), or null when the assignment is given up.
 * `random` answers a number in [0, 1).
 */
export function pauseAfter(failures: number, policy: RestartPolicy, random: () => number): number | null {
  if (failures >= policy.maxFailures) return null;
  const whole = Math.min(policy.maxPauseMs, policy.firstPauseMs * 2 ** (failures - 1));
  return whole * (1 - random() / 2);
}
