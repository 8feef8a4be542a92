/** A client of `/v1/live` for tests. */
import { once } from "node:events";
import { vi } from "vitest";
import { WebSocket, type ClientOptions } from "ws";

export interface Frame {
  readonly op: string;
  readonly [field: string]: unknown;
}

export class TestClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(`${url.replace("http", "ws")}/v1/live`, options);
    this.socket.on("message", (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // Those who wait for frames or for the close see what an error leads to.
    this.socket.on("error", () => {});
  }

  static async open(url: string, options?: ClientOptions): Promise<TestClient> {
    const client = new TestClient(url, options);
    await once(client.socket, "open");
    return client;
  }

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  subscribe(channel: string, since?: { readonly epoch: unknown; readonly offset: unknown }): void {
    this.say({ op: "subscribe", channel, ...(since && { since }) });
  }

  of(op: string): Frame[] {
    return this.frames.filter((frame) => frame.op === op);
  }

  /** The n-th frame (from 1) of an op, once it has come. */
  async nth(op: string, n = 1): Promise<Frame> {
    await vi.waitUntil(() => this.of(op).length >= n, { timeout: 10_000, interval: 2 });
    return this.of(op)[n - 1]!;
  }
}

/** The status with which an upgrade is refused. */
export async function refusal(url: string, options: ClientOptions = {}): Promise<number> {
  const client = new TestClient(url, options);
  const [, response] = (await once(client.socket, "unexpected-response")) as [
    unknown,
    { statusCode: number; destroy(): void },
  ];
  response.destroy();
  return response.statusCode;
}
