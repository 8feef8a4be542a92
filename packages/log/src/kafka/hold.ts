import type { Assignment } from "../log.ts";

/** One member's hold of one partition, as the adapter keeps it. */
export class Hold implements Assignment {
  readonly topic: string;
  readonly partition: number;
  /** The offset handled next; null until `assigned` has answered. */
  next: number | null = null;
  /** How often in a row what was fetched began beyond `next`. */
  astray = 0;
  readonly #ending = new AbortController();

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get current(): boolean {
    return !this.#ending.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  lose(): void {
    this.#ending.abort();
  }
}
