/**
 * Cuts a CSV (RFC 4180, commas) into its records, byte by byte, in bounded memory. It looks at nothing but quotes and
 * line ends, which are the same bytes in UTF-8 and GB 18030: in both, no part of a longer character is one of them.
 */

export interface RawRecord {
  /** Number of the record in the file, from 1: the row that a spreadsheet shows. */
  readonly row: number;
  readonly bytes: Buffer;
}

export interface RecordFault {
  readonly row: number;
  readonly code: "open-quote" | "row-too-long";
  readonly detail: string;
  /** Beginning of what was passed over, as it is. */
  readonly bytes: Buffer;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SHOWN_BYTES = 400;

/** Where the scan stands: at the start of a cell, in a plain one, in a quoted one, after a quote within a quoted one. */
type Place = "start" | "plain" | "quoted" | "closing";

export class RecordSplitter {
  readonly #maxBytes: number;
  #held: Buffer = Buffer.alloc(0);
  #row = 0;
  #place: Place = "start";
  /** Bytes of the held record that were looked at. */
  #looked = 0;
  /** Set while a line that is too long is passed over. */
  #skipping = false;

  /** Records above `maxBytes` are refused; what they hold is looked at again from the line after their first. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): (RawRecord | RecordFault)[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const out: (RawRecord | RecordFault)[] = [];
    this.#scan(out);
    return out;
  }

  /** What the end of the file leaves: the last record, or the quote that was never closed. */
  end(): (RawRecord | RecordFault)[] {
    const out: (RawRecord | RecordFault)[] = [];
    while (this.#held.length > 0 && !this.#skipping) {
      if (this.#place !== "quoted") {
        this.#emit(out, this.#held.length, this.#held.length);
        break;
      }
      this.#drop(out);
      this.#scan(out);
    }
    return out;
  }

  #scan(out: (RawRecord | RecordFault)[]): void {
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return;
      const end = this.#findEnd();
      if (end !== undefined) {
        if (end > this.#maxBytes) this.#drop(out);
        else this.#emit(out, end, end + 1);
      } else if (this.#held.length > this.#maxBytes) {
        this.#drop(out);
      } else {
        return;
      }
    }
  }

  /** Index of the newline that ends the held record; undefined when it is not there yet. */
  #findEnd(): number | undefined {
    const bytes = this.#held;
    let place = this.#place;
    for (let i = this.#looked; i < bytes.length; i++) {
      const byte = bytes[i];
      if (place === "quoted") {
        if (byte === QUOTE) place = "closing";
      } else if (byte === NEWLINE) {
        return i;
      } else if (byte === COMMA) {
        place = "start";
      } else if (byte === QUOTE) {
        if (place === "start" || place === "closing") place = "quoted";
      } else if (byte !== RETURN) {
        place = "plain";
      }
    }
    this.#place = place;
    this.#looked = bytes.length;
    return undefined;
  }

  #emit(out: (RawRecord | RecordFault)[], end: number, next: number): void {
    const last = end > 0 && this.#held[end - 1] === RETURN ? end - 1 : end;
    this.#row += 1;
    out.push({ row: this.#row, bytes: this.#held.subarray(0, last) });
    this.#restart(next);
  }

  /** Refuses the first line of what is held, and goes on with the line after it. */
  #drop(out: (RawRecord | RecordFault)[]): void {
    const bytes = this.#held;
    const newline = bytes.indexOf(NEWLINE);
    // A quoted cell that runs on over line after line is a quote that nobody closed.
    const isOpen =
      newline >= 0 ? newline <= this.#maxBytes : this.#place === "quoted" && bytes.length <= this.#maxBytes;
    this.#row += 1;
    out.push({
      row: this.#row,
      code: isOpen ? "open-quote" : "row-too-long",
      detail: isOpen
        ? "a quote is opened in this row and not closed; the rows after it are read without it"
        : `the row takes more than ${this.#maxBytes} bytes`,
      bytes: Buffer.from(bytes.subarray(0, Math.min(newline < 0 ? bytes.length : newline, SHOWN_BYTES))),
    });
    this.#skipping = newline < 0;
    this.#restart(newline < 0 ? bytes.length : newline + 1);
  }

  /** True once the line that is passed over has ended. */
  #skipLine(): boolean {
    const newline = this.#held.indexOf(NEWLINE);
    this.#skipping = newline < 0;
    this.#restart(newline < 0 ? this.#held.length : newline + 1);
    return newline >= 0;
  }

  #restart(from: number): void {
    this.#held = this.#held.subarray(from);
    this.#looked = 0;
    this.#place = "start";
  }
}
