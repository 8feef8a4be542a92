import { compareVersions, type Colour, type Version } from "@sanfen/model";
import type { ServerFrame, Since } from "./protocol.ts";
import { readColour, readWarning, type RegionColour, type Warning } from "./records.ts";

/** How many changes are kept for the list; the wall shows the newest few of them. */
export const MAX_CHANGES = 60;

/** A region that turned from one colour to another. */
export interface Change {
  /** Of this change alone: region and version. */
  readonly key: string;
  readonly code: string;
  readonly from: Colour;
  readonly to: Colour;
  /** The day it belongs to, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** When it arrived here (ms), or null for one that was already so when the page first loaded. */
  readonly seenAt: number | null;
  readonly cause: string;
  readonly provisional: boolean;
  readonly simulated: boolean;
}

/** All that the live feed has said so far. */
export interface LiveState {
  /** The gateway process that last said hello. */
  readonly epoch: string | null;
  /** Where each channel stands, to resume from after a drop. */
  readonly channels: ReadonlyMap<string, Since>;
  readonly colours: ReadonlyMap<string, RegionColour>;
  readonly warnings: ReadonlyMap<string, Warning>;
  /** Newest first, at most MAX_CHANGES. */
  readonly changes: readonly Change[];
  /** The last refusal of the server since its hello. */
  readonly refusal: { readonly code: string; readonly text: string } | null;
  /** Records that could not be read. */
  readonly unread: number;
}

export const initialLiveState: LiveState = {
  epoch: null,
  channels: new Map(),
  colours: new Map(),
  warnings: new Map(),
  changes: [],
  refusal: null,
  unread: 0,
};

/**
 * The state after a frame that arrived at `receivedAt` (ms). Of each key the highest version stands, so duplicates and
 * frames out of order change nothing; a snapshot is the whole of its channel, and what it does not name is gone (one
 * channel of each kind is held).
 */
export function reduceFrame(state: LiveState, frame: ServerFrame, receivedAt: number): LiveState {
  switch (frame.op) {
    case "hello":
      return { ...state, epoch: frame.epoch, refusal: null };
    case "snapshot": {
      const channels = new Map(state.channels).set(frame.channel, { epoch: frame.epoch, offset: frame.offset });
      return takeIn({ ...state, channels }, frame.channel, frame.items, { receivedAt, whole: true });
    }
    case "event": {
      const taken = takeIn(state, frame.channel, [frame.record], { receivedAt, whole: false });
      return { ...taken, channels: advance(state, frame.channel, frame.offset) };
    }
    case "error":
      return { ...state, refusal: { code: frame.code, text: frame.text } };
    // The missed events follow `resumed`: only their own offsets say how far we got, should the line drop among them.
    case "resumed":
    case "bye":
    case "heartbeat":
      break;
  }
  return state;
}

interface Arrival {
  readonly receivedAt: number;
  /** Whether the records are all that the channel holds. */
  readonly whole: boolean;
}

function advance(state: LiveState, channel: string, offset: number): ReadonlyMap<string, Since> {
  const held = state.channels.get(channel);
  const epoch = held?.epoch ?? state.epoch;
  if (epoch === null || (held && held.offset >= offset)) return state.channels;
  return new Map(state.channels).set(channel, { epoch, offset });
}

function takeIn(state: LiveState, channel: string, items: readonly unknown[], arrival: Arrival): LiveState {
  if (channel.startsWith("colours:")) return takeColours(state, items, arrival);
  if (channel.startsWith("warnings:")) return takeWarnings(state, items, arrival);
  return state;
}

function takeColours(state: LiveState, items: readonly unknown[], arrival: Arrival): LiveState {
  const read = items.map(readColour).filter((record) => record !== undefined);
  const colours = merge(state.colours, read, (record) => record.code, arrival.whole);
  const found: Change[] = [];
  for (const record of read) {
    const held = state.colours.get(record.code);
    if (colours.get(record.code) !== record) continue;
    const change = changeOf(held, record, arrival);
    if (change && !state.changes.some((known) => known.key === change.key)) found.push(change);
  }
  const changes = found.length === 0 ? state.changes : [...found, ...state.changes].slice(0, MAX_CHANGES);
  return { ...state, colours, changes, unread: state.unread + items.length - read.length };
}

function takeWarnings(state: LiveState, items: readonly unknown[], arrival: Arrival): LiveState {
  const read = items.map(readWarning).filter((record) => record !== undefined);
  const warnings = merge(state.warnings, read, (record) => record.id, arrival.whole);
  return { ...state, warnings, unread: state.unread + items.length - read.length };
}

function merge<T extends { readonly version: Version }>(
  held: ReadonlyMap<string, T>,
  records: readonly T[],
  keyOf: (record: T) => string,
  whole: boolean,
): ReadonlyMap<string, T> {
  const merged = new Map(whole ? [] : held);
  for (const record of records) {
    const key = keyOf(record);
    const best = merged.get(key) ?? held.get(key);
    merged.set(key, best && compareVersions(record.version, best.version) < 0 ? best : record);
  }
  return merged;
}

function changeOf(held: RegionColour | undefined, record: RegionColour, arrival: Arrival): Change | undefined {
  const from = held?.colour ?? record.previousColour;
  if (from === record.colour) return undefined;
  // On first sight of a region, "none the day before" only means that there was no day before.
  if (!held && arrival.whole && from === "none") return undefined;
  return {
    key: `${record.code}@${record.version.epoch}.${record.version.at}`,
    code: record.code,
    from,
    to: record.colour,
    asOf: record.asOf,
    seenAt: held || !arrival.whole ? arrival.receivedAt : null,
    cause: record.cause,
    provisional: record.provisional,
    simulated: record.simulated,
  };
}
