/** The socket of a client, with a wire that moves by hand: what the library's own does, as far as `LiveClient` asks. */
import type { WebSocket } from "@fastify/websocket";
import { EventEmitter } from "node:events";

interface Piece {
  readonly bytes: Uint8Array;
  readonly fin: boolean;
  readonly sent: (() => void) | undefined;
}

export class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  pings = 0;
  terminated = false;
  closed: { readonly code: number; readonly reason: string } | null = null;
  /** Given to the socket, not taken by the wire. */
  readonly #buffered: Piece[] = [];
  #begun: Uint8Array[] = [];
  /** Whole messages that have arrived. */
  readonly arrived: Record<string, unknown>[] = [];

  get bufferedAmount(): number {
    return this.#buffered.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  send(bytes: Uint8Array, options: { readonly fin?: boolean }, sent?: () => void): void {
    if (this.readyState !== this.OPEN) throw new Error("sent to a socket that is closed");
    this.#buffered.push({ bytes, fin: options.fin ?? true, sent });
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
    this.readyState = 2;
  }

  terminate(): void {
    this.terminated = true;
    this.readyState = 3;
  }

  /** The wire takes one piece; answers whether there was any. */
  flow(): boolean {
    const piece = this.#buffered.shift();
    if (!piece) return false;
    this.#begun.push(piece.bytes);
    if (piece.fin) {
      this.arrived.push(JSON.parse(Buffer.concat(this.#begun).toString()) as Record<string, unknown>);
      this.#begun = [];
    }
    piece.sent?.();
    return true;
  }

  flowAll(): void {
    while (this.flow());
  }

  hear(frame: object): void {
    this.emit("message", Buffer.from(JSON.stringify(frame)), false);
  }

  /** As the type that `LiveClient` takes. */
  get asSocket(): WebSocket {
    return this as unknown as WebSocket;
  }
}
