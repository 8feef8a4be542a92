/** The frames of `/v1/live` and the codes with which it closes. Pure. */
import type { RegionCode } from "@sanfen/model";
import { KINDS, type Kind } from "./record.ts";

const PROTOCOL = 1;

/** Close codes of ours, from the range for private use (RFC 6455, section 7.4.2), and the one for a restart. */
export const CLOSE = {
  /** The client took what it was sent too slowly: more waited for it than is kept. */
  slow: 4001,
  /** Frame after frame that is none of this protocol. */
  protocol: 4002,
  /** More frames a second than are taken, for too long. */
  flood: 4003,
  /** The server is stopping; come back (registered with IANA as Service Restart). */
  restart: 1012,
} as const;

export type ByeReason = keyof typeof CLOSE;

/** Why a frame got an `error` for an answer. */
type FrameFault =
  | "bad-json"
  | "bad-frame"
  | "binary"
  | "unknown-op"
  | "unknown-channel"
  | "bad-since"
  | "too-many-subscriptions"
  | "too-many-frames";

export interface Channel {
  /** `<kind>:<prefix>`. */
  readonly name: string;
  readonly kind: Kind;
  /** A region, with all that lies in it by whole segments; empty: everything. */
  readonly prefix: RegionCode;
}

/** Where a client was: the gateway process by its epoch, and the last of its offsets that it took in. */
export interface Since {
  readonly epoch: string;
  readonly offset: number;
}

export type ClientFrame =
  | { readonly op: "subscribe"; readonly channel: Channel; readonly since?: Since }
  | { readonly op: "unsubscribe"; readonly channel: Channel };

export interface FrameProblem {
  readonly code: FrameFault;
  readonly text: string;
  /** Name of the channel, where the frame had one that can be repeated. */
  readonly channel?: string;
}

const MAX_PREFIX_CHARS = 100;
const MAX_EPOCH_CHARS = 64;

/** A client's text frame, or what is wrong with it. Fields that are not known are passed over. Never throws. */
export function parseClientFrame(text: string): ClientFrame | { readonly problem: FrameProblem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty("bad-json", "the frame is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return faulty("bad-frame", "the frame is not a JSON object");
  }
  const { op, channel: name, since } = value as Readonly<Record<string, unknown>>;
  if (op !== "subscribe" && op !== "unsubscribe") return faulty("unknown-op", "op is subscribe or unsubscribe");
  const channel = parseChannel(name);
  if (!channel) return faulty("unknown-channel", `channel is one of ${KINDS.join(", ")}, a colon, and a region`);
  if (op === "unsubscribe") return { op, channel };
  if (since === undefined || since === null) return { op, channel };
  const parsed = parseSince(since);
  return parsed
    ? { op, channel, since: parsed }
    : faulty("bad-since", "since is {epoch, offset} as it was sent", channel.name);
}

/** `colours:3304`, or undefined. Whether the region exists is not asked: one without records has an empty snapshot. */
export function parseChannel(name: unknown): Channel | undefined {
  if (typeof name !== "string") return undefined;
  const colon = name.indexOf(":");
  const kind = KINDS.find((known) => known === name.slice(0, Math.max(0, colon)));
  const prefix = name.slice(colon + 1);
  if (kind === undefined || prefix.length > MAX_PREFIX_CHARS || /[\s\p{C}]/u.test(prefix)) return undefined;
  return { name, kind, prefix };
}

function parseSince(value: unknown): Since | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { epoch, offset } = value as Readonly<Record<string, unknown>>;
  if (typeof epoch !== "string" || epoch.length > MAX_EPOCH_CHARS) return undefined;
  if (typeof offset !== "number" || !Number.isSafeInteger(offset) || offset < 0) return undefined;
  return { epoch, offset };
}

function faulty(code: FrameFault, text: string, channel?: string): { readonly problem: FrameProblem } {
  return { problem: { code, text, ...(channel !== undefined && { channel }) } };
}

/** A frame as bytes: made once and shared by all who get it. */
export type Frame = Uint8Array;

export function helloFrame(epoch: string): Frame {
  return frame({ op: "hello", protocol: PROTOCOL, epoch });
}

/** `items`: the JSON text of each record. One frame in pieces of about `pieceBytes`, the last of them returned. */
export function* snapshotPieces(
  head: { readonly channel: string; readonly epoch: string; readonly offset: number },
  items: Iterable<string>,
  pieceBytes: number,
): Generator<Frame, Frame, void> {
  let text = `${JSON.stringify({ op: "snapshot", ...head }).slice(0, -1)},"items":[`;
  let separator = "";
  for (const item of items) {
    text += separator + item;
    separator = ",";
    if (text.length < pieceBytes) continue;
    yield Buffer.from(text);
    text = "";
  }
  return Buffer.from(`${text}]}`);
}

/** `record`: its JSON, made once for all channels. */
export function eventFrame(channel: string, offset: number, record: string): Frame {
  return Buffer.from(`{"op":"event","channel":${JSON.stringify(channel)},"offset":${offset},"record":${record}}`);
}

export function resumedFrame(channel: string, offset: number): Frame {
  return frame({ op: "resumed", channel, offset });
}

export function errorFrame({ code, text, channel }: FrameProblem): Frame {
  return frame({ op: "error", code, text, ...(channel !== undefined && { channel }) });
}

/** What a client is told before it is cut off, where it can still be told anything. */
export function byeFrame(reason: ByeReason, reconnectAfterMs: number): Frame {
  return frame({ op: "bye", reason: reason === "restart" ? "shutdown" : reason, reconnectAfterMs });
}

/** `instant` in ms since 1970. */
export function heartbeatFrame(instant: number, offset: number): Frame {
  return frame({ op: "heartbeat", instant: new Date(instant).toISOString(), offset });
}

function frame(value: object): Frame {
  return Buffer.from(JSON.stringify(value));
}
