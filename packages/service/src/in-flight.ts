import type { App } from "./service.ts";

/** Counts the requests that are being answered, so that a stop can wait for them. */
export class InFlight {
  #count = 0;
  #waiting: (() => void)[] = [];

  watch(app: App): void {
    app.addHook("onRequest", (request, reply, done) => {
      // A connection that becomes a WebSocket has no end to wait for; its service closes it.
      if (request.headers.upgrade === undefined) {
        this.#count++;
        // Comes for answers sent and for clients gone alike.
        reply.raw.once("close", () => this.#ended());
      }
      done();
    });
  }

  /** Resolves once no request is being answered. */
  none(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#count === 0) resolve();
    else this.#waiting.push(resolve);
    return promise;
  }

  #ended(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
