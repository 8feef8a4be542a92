import type { Timing } from "../timing.ts";

/** Time that passes only when told. */
export interface ManualTiming extends Timing {
  /** Deferred tasks that have not run. */
  readonly waiting: number;
  /** Lengths (ms) of the pauses asked for and not cancelled, in the order of asking. */
  readonly pauses: readonly number[];
  /** Runs the oldest deferred task; false when there is none. */
  turn(): boolean;
  /** Runs deferred tasks, and what they bring about, until none is left. */
  settle(): Promise<void>;
  /** Puts the clock forward and runs the pauses that end by then. */
  pass(ms: number): Promise<void>;
}

interface Alarm {
  readonly at: number;
  readonly ms: number;
  readonly task: () => void;
}

export function manualTiming(start = 1_700_000_000_000): ManualTiming {
  let now = start;
  const deferred: (() => void)[] = [];
  const alarms = new Set<Alarm>();
  const turn = (): boolean => {
    const task = deferred.shift();
    task?.();
    return task !== undefined;
  };
  const settle = async (): Promise<void> => {
    do {
      // Lets every promise that can go on go on before the next turn, as the event loop does.
      await new Promise((resolve) => setImmediate(resolve));
    } while (turn());
  };
  return {
    now: () => now,
    random: () => 0,
    defer: (task) => void deferred.push(task),
    after: (ms, task) => {
      const alarm = { at: now + ms, ms, task };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    get waiting() {
      return deferred.length;
    },
    get pauses() {
      return [...alarms].map(({ ms }) => ms);
    },
    turn,
    settle,
    async pass(ms) {
      now += ms;
      for (const alarm of alarms) {
        if (alarm.at > now) continue;
        alarms.delete(alarm);
        alarm.task();
      }
      await settle();
    },
  };
}
