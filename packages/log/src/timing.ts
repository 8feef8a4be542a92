/** Time and chance as a log uses them, passed in so that a simulation can bring its own. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Runs the task soon, once what else is waiting for the event loop has had its turn. */
  defer(task: () => void): void;
  /** Runs the task after a pause (ms); the answer cancels it. */
  after(ms: number, task: () => void): () => void;
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  defer: (task) => void setImmediate(task),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * One queue for all that reads from a log: a task a turn of the event loop, first come, first served. So a replay by
 * several subscriptions holds the loop for one batch at a time, however many there are.
 */
export class Turns {
  readonly #queue: (() => void)[] = [];
  readonly #timing: Timing;
  #running = false;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  take(task: () => void): void {
    this.#queue.push(task);
    if (this.#running) return;
    this.#running = true;
    this.#timing.defer(() => this.#next());
  }

  #next(): void {
    const task = this.#queue.shift();
    if (task === undefined) {
      this.#running = false;
      return;
    }
    this.#timing.defer(() => this.#next());
    task();
  }
}
