import type { Change } from "./live-state.ts";

/** A change with its place among all that this process has told. */
export interface LiveEvent extends Change {
  /** From 1 on, without gaps. */
  readonly offset: number;
}

/** The newest events of this process, for clients that come back. Pure. */
export class Recent {
  readonly #capacity: number;
  readonly #events: LiveEvent[] = [];
  /** Offset of the newest event; 0 before the first. */
  offset = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(change: Change): LiveEvent {
    this.offset += 1;
    const event = { ...change, offset: this.offset };
    this.#events[this.offset % this.#capacity] = event;
    return event;
  }

  /**
   * What a channel was told after `offset`, oldest first, of each key only the newest: a client that knows the channel
   * as of `offset` knows it whole with these. Undefined where that cannot be said any more (or the offset was never
   * given out), or would take more than `most` events.
   */
  missed(channel: string, offset: number, most: number): readonly LiveEvent[] | undefined {
    if (offset > this.offset || this.offset - offset > this.#capacity) return undefined;
    const keys = new Set<string>();
    const found: LiveEvent[] = [];
    for (let at = this.offset; at > offset; at--) {
      const event = this.#events[at % this.#capacity]!;
      if (!event.channels.includes(channel) || keys.has(event.record.key)) continue;
      if (found.length === most) return undefined;
      keys.add(event.record.key);
      found.push(event);
    }
    return found.toReversed();
  }
}
