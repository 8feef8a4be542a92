/** The record of a region: how it closed on each day, a document per month. */
import { decode, encode } from "@sanfen/events";
import { monthOf, type Day } from "@sanfen/model";
import { decodeFrames, encodeFrames, type Collection, type Frame } from "@sanfen/store";
import type { Closing, Document, Unversioned } from "@sanfen/stream";

/** A day's last closing, as it was emitted. */
export interface ClosedDay {
  /** Number of the tick that closed it. */
  readonly number: number;
  readonly colour: Unversioned<"Colour">;
}

export interface ClosingsOfMonth {
  readonly code: string;
  /** 12 × year + month, January 0. */
  readonly month: number;
  /** In the order of days. */
  readonly days: readonly ClosedDay[];
}

const NO_VERSION = { epoch: 0, at: 0 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The closings as they were emitted; the first frame names the document: its number is the month, its bytes the region. */
const codec: Pick<Collection<ClosingsOfMonth>, "encode" | "decode"> = {
  encode: ({ code, month, days }) =>
    encodeFrames([
      { at: month, bytes: encoder.encode(code) },
      ...days.map(({ number, colour }) => ({
        at: number,
        bytes: encode("Colour", { ...colour, version: NO_VERSION }),
      })),
    ]),
  decode: (bytes) => {
    const [head, ...days] = decodeFrames(bytes);
    if (!head) throw new RangeError("a document of closings is empty");
    return { code: decoder.decode(head.bytes), month: head.at, days: days.map(closedDay) };
  },
};

function closedDay({ at, bytes }: Frame): ClosedDay {
  const event = decode(bytes);
  if (event.name !== "Colour") throw new TypeError(`a closing holds ${String(event.name)}`);
  const { version: _, ...colour } = event.value;
  return { number: at, colour };
}

/** The month that a region is in: grows day by day. */
export const OPEN_MONTH_ROWS: Collection<ClosingsOfMonth> = {
  name: "open_months",
  ...codec,
  columns: {},
  columnsOf: () => ({}),
  indexes: [],
};

/** Months that are over. */
export const PAST_MONTH_ROWS: Collection<ClosingsOfMonth> = {
  name: "past_months",
  ...codec,
  columns: { code: "text", month: "number" },
  columnsOf: (_, { code, month }) => ({ code, month }),
  indexes: [["code", "month"]],
};

/** What a fold of one region remembers of its closings: the open month, and months that are not archived yet. */
export class Closings {
  readonly #code: string;
  #month: number | null = null;
  #days: ClosedDay[] = [];
  #at = -1;
  #dirty = false;
  #past: Document<ClosingsOfMonth>[] = [];

  constructor(code: string, open: Document<ClosingsOfMonth> | undefined) {
    this.#code = code;
    if (!open) return;
    this.#month = open.doc.month;
    this.#days = [...open.doc.days];
    this.#at = open.at;
  }

  get last(): ClosedDay | undefined {
    return this.#days.at(-1);
  }

  /** The colour with which the day before `day` ended; `none` without a record of it. */
  colourBefore(day: Day): string {
    const last = this.last?.colour;
    if (last?.asOf === day) return last.previousColour;
    return last?.asOf === day - 1 ? last.colour : "none";
  }

  /** Enters a closing; of several on one day the last is the record. */
  enter({ number, day }: Closing, colour: Unversioned<"Colour">, at: number): void {
    const month = monthOf(day);
    if (month !== this.#month) this.#turn(month);
    if (this.last?.colour.asOf === day) this.#days.pop();
    this.#days.push({ number, colour });
    this.#at = Math.max(this.#at, at);
    this.#dirty = true;
  }

  takeOpen(): readonly Document<ClosingsOfMonth>[] {
    if (!this.#dirty || this.#month === null) return [];
    this.#dirty = false;
    return [{ id: this.#code, at: this.#at, doc: { code: this.#code, month: this.#month, days: [...this.#days] } }];
  }

  takePast(): readonly Document<ClosingsOfMonth>[] {
    const past = this.#past;
    this.#past = [];
    return past;
  }

  #turn(month: number): void {
    if (this.#month !== null) {
      const doc = { code: this.#code, month: this.#month, days: this.#days };
      this.#past.push({ id: `${this.#code}@${this.#month}`, at: this.#at, doc });
    }
    this.#month = month;
    this.#days = [];
  }
}
