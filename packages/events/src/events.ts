import { createCodec, type Codec, type DecodedOf } from "./codec.ts";
import { HISTORY, SCHEMAS } from "./generated/schemas.ts";
import type { RecordTypes } from "./generated/types.ts";

/** What travels through the topics as a record of its own; the rest are bodies of facts, and parts. */
export const EVENTS = [
  "Fact",
  "Control",
  "Mark",
  "Command",
  "Grade",
  "Tally",
  "Colour",
  "Task",
  "Warning",
  "DeadLetter",
] as const;
export type EventName = (typeof EVENTS)[number];
export type EventTypes = Pick<RecordTypes, EventName>;

/** An event with its name, or why the bytes are none. */
export type Decoded = DecodedOf<EventTypes>;

const codec: Codec<EventTypes> = createCodec<EventTypes>(pick(EVENTS), HISTORY);

/** An event as it goes into the log. Throws where the value is not of its type. */
export const encode: Codec<EventTypes>["encode"] = codec.encode;

/** A record's bytes as an event. Never throws; see `Decoded`. */
export const decode: Codec<EventTypes>["decode"] = codec.decode;

function pick(names: readonly EventName[]): Pick<typeof SCHEMAS, EventName> {
  return Object.fromEntries(names.map((name) => [name, SCHEMAS[name]])) as Pick<typeof SCHEMAS, EventName>;
}
