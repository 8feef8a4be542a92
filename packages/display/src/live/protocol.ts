import { parseJson, readFields, readNumber, readText } from "../read-json.ts";

/** Where a channel was left: the gateway process by its epoch, and the last of its offsets that was taken in. */
export interface Since {
  readonly epoch: string;
  readonly offset: number;
}

/** What the server sends on `/v1/live`. Records stay unread here: the channel says what they are. */
export type ServerFrame =
  | { readonly op: "hello"; readonly epoch: string }
  | {
      readonly op: "snapshot";
      readonly channel: string;
      readonly epoch: string;
      readonly offset: number;
      readonly items: readonly unknown[];
    }
  | { readonly op: "event"; readonly channel: string; readonly offset: number; readonly record: unknown }
  | { readonly op: "resumed"; readonly channel: string; readonly offset: number }
  | { readonly op: "error"; readonly code: string; readonly text: string }
  | { readonly op: "bye"; readonly reason: string; readonly reconnectAfterMs: number | null }
  | { readonly op: "heartbeat" };

/** One text frame → what it says, or undefined when it is no frame of this protocol. */
export function parseFrame(text: string): ServerFrame | undefined {
  const fields = readFields(parseJson(text));
  if (!fields) return undefined;
  const channel = readText(fields["channel"]);
  const epoch = readText(fields["epoch"]);
  const offset = readNumber(fields["offset"]);
  const { op } = fields;
  switch (op) {
    case "hello":
      return epoch === undefined ? undefined : { op, epoch };
    case "snapshot": {
      const { items } = fields;
      if (channel === undefined || epoch === undefined || offset === undefined || !Array.isArray(items)) {
        return undefined;
      }
      return { op, channel, epoch, offset, items };
    }
    case "event":
      if (channel === undefined || offset === undefined) return undefined;
      return { op, channel, offset, record: fields["record"] };
    case "resumed":
      return channel === undefined || offset === undefined ? undefined : { op, channel, offset };
    case "error":
      return { op, code: readText(fields["code"]) ?? "", text: readText(fields["text"]) ?? "" };
    case "bye":
      return {
        op,
        reason: readText(fields["reason"]) ?? "",
        reconnectAfterMs: readNumber(fields["reconnectAfterMs"]) ?? null,
      };
    case "heartbeat":
      return { op };
    default:
      return undefined;
  }
}

/** The frame that asks for a channel, from where it was left if it was held before. */
export function subscribeFrame(channel: string, since: Since | undefined): string {
  return JSON.stringify(since ? { op: "subscribe", channel, since } : { op: "subscribe", channel });
}
