/** Joins the fold to the clients: numbers what changes, makes frames, and answers subscriptions. No I/O, no clock. */
import { LiveState } from "./live-state.ts";
import { eventFrame, resumedFrame, snapshotPieces, type Channel, type Frame, type Since } from "./protocol.ts";
import { Recent } from "./recent.ts";
import type { LiveRecord } from "./record.ts";

/** Events kept for clients that come back: minutes of a storm, days of a quiet county; some 20 MB at most. */
const RECENT_EVENTS = 20_000;
/** Beyond so many missed events a new snapshot is the lesser evil. */
const MOST_MISSED = 500;

/** A client, as the feed sees it. */
export interface Listener {
  event(channel: string, key: string, frame: Frame): void;
  /** A snapshot is due: to be asked for when the client can take it. */
  snapshotDue(channel: Channel): void;
  resumed(frame: Frame): void;
  /** Bytes that may be queued for it now, without cutting it off. */
  readonly room: number;
}

export interface FeedOptions {
  /** Names this process to clients. */
  readonly epoch: string;
  readonly root: string;
  readonly recentEvents?: number;
}

interface Missed {
  readonly key: string;
  readonly frame: Frame;
}

export class Feed {
  readonly epoch: string;
  readonly #state: LiveState;
  readonly #recent: Recent;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor({ epoch, root, recentEvents = RECENT_EVENTS }: FeedOptions) {
    this.epoch = epoch;
    this.#state = new LiveState(root);
    this.#recent = new Recent(recentEvents);
  }

  /** Of the newest event. */
  get offset(): number {
    return this.#recent.offset;
  }

  get simulated(): boolean {
    return this.#state.simulated;
  }

  /** Takes a record in and tells those concerned, at once; false where it was not news. */
  publish(record: LiveRecord): boolean {
    const change = this.#state.apply(record);
    if (!change) return false;
    const { offset } = this.#recent.push(change);
    for (const name of change.channels) {
      const listeners = this.#listeners.get(name);
      if (!listeners) continue;
      // One frame for all who listen to the channel.
      const frame = eventFrame(name, offset, record.json.text);
      for (const listener of listeners) listener.event(name, record.key, frame);
    }
    return true;
  }

  /**
   * Adds a listener to a channel (or answers it anew): with `resumed` and what it missed where that is known and fits
   * its room, else with a snapshot.
   */
  subscribe(channel: Channel, listener: Listener, since?: Since): void {
    const listeners = this.#listeners.get(channel.name) ?? new Set();
    this.#listeners.set(channel.name, listeners.add(listener));
    const missed = since?.epoch === this.epoch && this.#missed(channel.name, since.offset, listener.room);
    if (!missed) {
      listener.snapshotDue(channel);
      return;
    }
    listener.resumed(resumedFrame(channel.name, since.offset));
    for (const { key, frame } of missed) listener.event(channel.name, key, frame);
  }

  unsubscribe(name: string, listener: Listener): void {
    const listeners = this.#listeners.get(name);
    if (listeners?.delete(listener) && listeners.size === 0) this.#listeners.delete(name);
  }

  /**
   * A snapshot as of now, in pieces, made as they are asked for: no large province holds up the others. Events from now
   * on are to follow it; a record may be in it that is newer than its offset, and comes again as an event.
   */
  snapshot({ kind, name }: Channel, pieceBytes: number): Generator<Frame, Frame, void> {
    return snapshotPieces(
      { channel: name, epoch: this.epoch, offset: this.offset },
      this.#texts(kind, name),
      pieceBytes,
    );
  }

  *#texts(kind: Channel["kind"], name: string): Generator<string, void, void> {
    for (const { json } of this.#state.within(kind, name)) yield json.text;
  }

  /** What a channel was told since, oldest first; undefined where that is not known, or is more than `room` bytes. */
  #missed(name: string, offset: number, room: number): readonly Missed[] | undefined {
    const events = this.#recent.missed(name, offset, MOST_MISSED);
    if (!events) return undefined;
    let bytes = 0;
    const frames: Missed[] = [];
    for (const { record, offset: at } of events) {
      const frame = eventFrame(name, at, record.json.text);
      bytes += frame.length;
      if (bytes > room) return undefined;
      frames.push({ key: record.key, frame });
    }
    return frames;
  }
}
