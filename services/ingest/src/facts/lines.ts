/** Lines of a byte stream, in bounded memory. */

export type Line =
  | { readonly index: number; readonly bytes: Uint8Array }
  | { readonly index: number; readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * Cuts chunks into lines (without their newline), wherever the chunks were cut. A line above `maxBytes` is passed over
 * without being held, and reported. Lines count from 0; empty ones count, but are not given out.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #carry: Uint8Array[] = [];
  #carried = 0;
  #index = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(chunk: Uint8Array): Generator<Line, void, void> {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, from);
      if (newline < 0) break;
      yield* this.#line(chunk.subarray(from, newline));
      from = newline + 1;
    }
    this.#hold(chunk.subarray(from));
  }

  /** The last line, where no newline ended it. */
  *end(): Generator<Line, void, void> {
    yield* this.#line(new Uint8Array(0));
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#carried += part.length;
    // Only counted from here on: the line is refused whatever follows.
    if (this.#carried > this.#maxBytes) this.#carry = [];
    else this.#carry.push(part);
  }

  *#line(last: Uint8Array): Generator<Line, void, void> {
    const index = this.#index++;
    const length = this.#carried + last.length;
    const bytes = this.#carry.length === 0 ? last : Buffer.concat([...this.#carry, last]);
    this.#carry = [];
    this.#carried = 0;
    if (length > this.#maxBytes) yield { index, tooLong: true };
    else if (!isBlank(bytes)) yield { index, bytes };
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
