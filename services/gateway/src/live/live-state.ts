/** The gateway's own fold of the output topics: of every key the newest version. Pure. */
import { compareVersions, regionPath, type RegionCode } from "@sanfen/model";
import { KINDS, type Kind, type LiveRecord } from "./record.ts";

/** So many closed tasks, and so many resolved warnings, stay in snapshots; older ones are the business of queries. */
const KEPT_ENDED = 1_000;

/** A record that took the place of an older one, and who is to hear of it. */
export interface Change {
  readonly record: LiveRecord;
  /** Names of the channels: those of the region where it is, and of the one that it has left. */
  readonly channels: readonly string[];
}

/** What is held of one kind. */
interface Shelf {
  /** By key, each with the channels in whose snapshots it is. */
  readonly held: Map<string, Change>;
  /** Keys of ended records, the first to end first. */
  readonly ended: Set<string>;
  /** Channels of a region: lists that records of the region share. */
  readonly channels: Map<RegionCode, readonly string[]>;
}

/**
 * Versions alone decide what stands, so duplicates, overlaps of store and topic, and records out of order change
 * nothing. Holds every enterprise and region, every open task and warning, and the newest that ended; one that was let
 * go may come back by an old record, and leaves again by those behind it in the same partition.
 */
export class LiveState {
  readonly #root: RegionCode;
  readonly #shelves: Readonly<Record<Kind, Shelf>>;
  #simulated = 0;

  /** `root`: the widest region, to which belongs what names no region. */
  constructor(root: RegionCode) {
    this.#root = root;
    const shelves = KINDS.map((kind) => [kind, { held: new Map(), ended: new Set(), channels: new Map() }]);
    this.#shelves = Object.fromEntries(shelves) as Record<Kind, Shelf>;
  }

  /** Takes a record in; undefined where what is held is as new. */
  apply(record: LiveRecord): Change | undefined {
    const shelf = this.#shelves[record.kind];
    const before = shelf.held.get(record.key);
    if (before && compareVersions(record.version, before.record.version) <= 0) return undefined;
    const change = { record, channels: this.#channelsOf(record, shelf) };
    shelf.held.set(record.key, change);
    this.#simulated += Number(record.simulated) - Number(before?.record.simulated ?? false);
    if (record.standing === "ended" || before?.record.standing === "ended") this.#keepEnded(record, shelf);
    if (!before || before.channels === change.channels) return change;
    return { record, channels: [...new Set([...change.channels, ...before.channels])] };
  }

  /** What is in the snapshot of a channel. May be read slowly, while records are taken in: each is then as new as that. */
  *within(kind: Kind, channel: string): Generator<LiveRecord, void, void> {
    for (const { record, channels } of this.#shelves[kind].held.values()) {
      if (record.standing !== "gone" && channels.includes(channel)) yield record;
    }
  }

  /** Whether anything that is held was made by the simulator. */
  get simulated(): boolean {
    return this.#simulated > 0;
  }

  #keepEnded(record: LiveRecord, { ended, held }: Shelf): void {
    ended.delete(record.key);
    if (record.standing === "ended") ended.add(record.key);
    if (ended.size <= KEPT_ENDED) return;
    const [oldest] = ended;
    this.#simulated -= Number(held.get(oldest!)?.record.simulated ?? false);
    ended.delete(oldest!);
    held.delete(oldest!);
  }

  #channelsOf({ kind, region }: LiveRecord, shelf: Shelf): readonly string[] {
    const code = region ?? this.#root;
    let channels = shelf.channels.get(code);
    if (!channels) {
      channels = ["", ...regionPath(code)].map((prefix) => `${kind}:${prefix}`);
      shelf.channels.set(code, channels);
    }
    return channels;
  }
}
