import { reconnectDelay } from "./backoff.ts";
import { parseFrame, type ServerFrame, type Since, subscribeFrame } from "./protocol.ts";

/** The server sends something at least every 25 s; a line that says nothing for longer than this is dead. */
export const SILENCE_MS = 35_000;
/** A line that lived this long was a good one: the next drop starts again with the shortest wait. */
const GOOD_LINE_MS = 10_000;

/** How the line stands. Instants in ms. */
export type ConnectionStatus =
  /** Not been live yet. */
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** `since` is when the last frame came; `retryAt` is null while an attempt is under way. */
  | { readonly kind: "lost"; readonly since: number; readonly retryAt: number | null };

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  message(text: string): void;
  /** Once, however it ended; nothing follows. */
  closed(): void;
}

/** The world as the connection sees it: what a browser gives, or a test. */
export interface ConnectionOptions {
  readonly channels: readonly string[];
  open(events: SocketEvents): Socket;
  since(channel: string): Since | undefined;
  onFrame(frame: ServerFrame, receivedAt: number): void;
  /** A text that is no frame of the protocol. */
  onUnread(text: string): void;
  onStatus(status: ConnectionStatus): void;
  now(): number;
  /** 0 to 1. */
  random(): number;
  /** Runs `task` after `ms`; the answer cancels it. */
  schedule(ms: number, task: () => void): () => void;
}

export interface Connection {
  /** Tries at once instead of waiting (the browser says that the network is back). No effect while a line is open. */
  retryNow(): void;
  stop(): void;
}

/** Holds a line to the live feed: subscribes, notices silence, comes back after a drop from where it was. */
export function connect(options: ConnectionOptions): Connection {
  let line: Line | null = null;
  let attempt = 0;
  let lastFrameAt: number | null = null;
  let cancelRetry: (() => void) | null = null;
  let stopped = false;

  const openLine = (): void => {
    cancelRetry?.();
    cancelRetry = null;
    options.onStatus(
      lastFrameAt === null ? { kind: "connecting" } : { kind: "lost", since: lastFrameAt, retryAt: null },
    );
    const answered = new Set<string>();
    let refused = 0;
    line = startLine(options, {
      frame: (frame, at) => {
        lastFrameAt = at;
        options.onFrame(frame, at);
        if (frame.op === "error") refused += 1;
        else if (frame.op === "snapshot" || frame.op === "resumed") answered.add(frame.channel);
        else return;
        // Of a channel that is refused nothing more will come; the others are live without it.
        if (answered.size > 0 && answered.size + refused >= options.channels.length) options.onStatus({ kind: "live" });
      },
      ended: (end) => {
        line = null;
        if (stopped) return;
        if (end.livedMs >= GOOD_LINE_MS) attempt = 0;
        const delay = reconnectDelay(attempt, end.askedMs, options.random());
        attempt += 1;
        cancelRetry = options.schedule(delay, openLine);
        const retryAt = options.now() + delay;
        options.onStatus(lastFrameAt === null ? { kind: "connecting" } : { kind: "lost", since: lastFrameAt, retryAt });
      },
    });
  };

  openLine();
  return {
    retryNow() {
      if (!stopped && line === null) openLine();
    },
    stop() {
      stopped = true;
      cancelRetry?.();
      line?.end();
    },
  };
}

interface Line {
  end(): void;
}

interface LineEvents {
  frame(frame: ServerFrame, at: number): void;
  ended(end: { readonly livedMs: number; readonly askedMs: number | null }): void;
}

/** One socket from opening to its end. */
function startLine(options: ConnectionOptions, events: LineEvents): Line {
  const startedAt = options.now();
  let askedMs: number | null = null;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    cancelSilence();
    socket.close();
    events.ended({ livedMs: options.now() - startedAt, askedMs });
  };

  let cancelSilence = options.schedule(SILENCE_MS, end);
  const socket = options.open({
    message(text) {
      // A socket that we gave up may still hand over what it had queued.
      if (ended) return;
      cancelSilence();
      cancelSilence = options.schedule(SILENCE_MS, end);
      const frame = parseFrame(text);
      if (!frame) {
        options.onUnread(text);
        return;
      }
      events.frame(frame, options.now());
      // Only the hello proves that the server listens: what is sent before may be lost.
      if (frame.op === "hello") {
        for (const channel of options.channels) socket.send(subscribeFrame(channel, options.since(channel)));
      }
      if (frame.op === "bye") {
        askedMs = frame.reconnectAfterMs;
        end();
      }
    },
    closed: end,
  });
  return { end };
}
