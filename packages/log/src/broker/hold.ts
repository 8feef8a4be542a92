import type { Assignment } from "../log.ts";

/** An assignment, and how far its delivery has come. */
export class Hold implements Assignment {
  readonly topic: string;
  readonly partition: number;
  /** Failures in a row that led to this assignment. */
  failures: number;
  /**
   * `waiting`: the subscriber has not heard of it. `loading`: `assigned` has not answered. `idle`: ready for the next batch. `busy`: a batch is in hand. The two
   * last have `next` set.
   */
  state: "waiting" | "loading" | "idle" | "busy" = "waiting";
  /** The offset to deliver next; while busy, that of the first record in hand. */
  next = 0;
  /** Place of the record at `next` in the topic's order of appending; undefined while not known or not there. */
  place: number | undefined;
  readonly #ended = new AbortController();

  constructor(topic: string, partition: number, failures: number) {
    this.topic = topic;
    this.partition = partition;
    this.failures = failures;
  }

  get current(): boolean {
    return !this.#ended.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  end(): void {
    this.#ended.abort();
  }
}
