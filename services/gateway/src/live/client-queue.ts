/** What waits for one client while its socket takes no more. Pure: the whole policy for slow clients is `offer`. */
import type { Channel, Frame } from "./protocol.ts";

/** The next thing to send: bytes, or a snapshot, which is taken when its turn has come. */
export type Waiting =
  | { readonly snapshot: Channel }
  | {
      readonly frame: Frame;
      /** Of events: what newer states of the same thing replace, and whose snapshot makes them needless. */
      readonly channel: string | null;
    };

export class ClientQueue {
  readonly #maxBytes: number;
  /** In the order of sending. Events under channel and key, snapshots under their channel, the rest under numbers. */
  readonly #waiting = new Map<string | number, Waiting>();
  #controls = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that wait. A snapshot has none until it is taken. */
  get bytes(): number {
    return this.#bytes;
  }

  get empty(): boolean {
    return this.#waiting.size === 0;
  }

  /**
   * An event joins the queue. It replaces one that waits for the same key in the same channel, and goes to the end, so
   * that offsets keep rising: who is cut off and comes back with the last of them misses nothing. Where a snapshot of
   * its channel waits the event is in it already. Answers false when more would wait than is kept: the client is slow,
   * and is to be cut off.
   */
  offer(channel: string, key: string, frame: Frame): boolean {
    if (this.#waiting.has(snapshotId(channel))) return true;
    const id = `event ${channel} ${key}`;
    this.#remove(id);
    this.#add(id, { frame, channel });
    return this.#bytes <= this.#maxBytes;
  }

  /** A frame that nothing replaces: an answer to something the client sent. Answers as `offer` does. */
  control(frame: Frame): boolean {
    this.#controls += 1;
    this.#add(this.#controls, { frame, channel: null });
    return this.#bytes <= this.#maxBytes;
  }

  /** A snapshot of the channel is to be sent, as it will be then; what waits of the channel is in it. */
  snapshot(channel: Channel): void {
    this.forget(channel.name);
    this.#add(snapshotId(channel.name), { snapshot: channel });
  }

  /** Nothing of the channel is to be sent any more. */
  forget(channel: string): void {
    this.#remove(snapshotId(channel));
    for (const [id, waiting] of this.#waiting) {
      if ("frame" in waiting && waiting.channel === channel) this.#remove(id);
    }
  }

  /** Takes out what is to be sent next. */
  next(): Waiting | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    this.#remove(first[0]);
    return first[1];
  }

  clear(): void {
    this.#waiting.clear();
    this.#bytes = 0;
  }

  #add(id: string | number, waiting: Waiting): void {
    this.#waiting.set(id, waiting);
    if ("frame" in waiting) this.#bytes += waiting.frame.length;
  }

  #remove(id: string | number): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if ("frame" in waiting) this.#bytes -= waiting.frame.length;
  }
}

function snapshotId(channel: string): string {
  return `snapshot ${channel}`;
}
