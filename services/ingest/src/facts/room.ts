/** Bounds what is in hand at a time, so that a rush is told to come back instead of filling the memory. */
export class Room {
  readonly #requests: number;
  readonly #bytes: number;
  #usedRequests = 0;
  #usedBytes = 0;

  /** So many requests, holding so many bytes together. */
  constructor(requests: number, bytes: number) {
    this.#requests = requests;
    this.#bytes = bytes;
  }

  /** Takes room for a request of so many bytes and answers what gives it back (once); undefined when there is none. */
  take(bytes: number): (() => void) | undefined {
    // One request alone always finds room: larger ones are refused by their own limit.
    const full = this.#usedRequests >= this.#requests || this.#usedBytes + bytes > this.#bytes;
    if (this.#usedRequests > 0 && full) return undefined;
    this.#usedRequests += 1;
    this.#usedBytes += bytes;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.#usedRequests -= 1;
      this.#usedBytes -= bytes;
    };
  }
}
