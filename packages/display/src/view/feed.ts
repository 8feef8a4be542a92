import { type Connection, connect, type Socket, type SocketEvents } from "../live/connection.ts";
import { type LiveState, reduceFrame } from "../live/live-state.ts";
import type { Store } from "./store.ts";

/** Under a storm of events the page is drawn anew this often, not per event. */
const DRAW_EVERY_MS = 100;

/** Feeds the store from `/v1/live`, for the region `root` and all below it. */
export function startFeed(store: Store, root: string, window: Window): Connection {
  let state: LiveState = store.live.value;
  let drawn = 0;
  let waiting = false;
  const draw = (): void => {
    drawn = Date.now();
    store.live.value = state;
  };
  const take = (next: LiveState): void => {
    state = next;
    if (waiting) return;
    waiting = true;
    window.setTimeout(
      () => {
        waiting = false;
        draw();
      },
      Math.max(0, drawn + DRAW_EVERY_MS - Date.now()),
    );
  };
  const connection = connect({
    channels: [`colours:${root}`, `warnings:${root}`],
    open: (events) => openSocket(window, events),
    since: (channel) => state.channels.get(channel),
    onFrame(frame, receivedAt) {
      store.heardAt.value = receivedAt;
      take(reduceFrame(state, frame, receivedAt));
    },
    onUnread() {
      take({ ...state, unread: state.unread + 1 });
    },
    onStatus(status) {
      // Together with what has come so far: "live" must not stand over a map that is not.
      draw();
      store.status.value = status;
    },
    now: () => Date.now(),
    random: () => Math.random(),
    schedule(ms, task) {
      const timer = window.setTimeout(task, ms);
      return () => {
        window.clearTimeout(timer);
      };
    },
  });
  window.addEventListener("online", () => {
    connection.retryNow();
  });
  return connection;
}

function openSocket(window: Window, events: SocketEvents): Socket {
  const address = new URL("/v1/live", window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.addEventListener("message", (message) => {
    // Binary frames are none of this protocol: as an empty text they count as unread.
    events.message(typeof message.data === "string" ? message.data : "");
  });
  socket.addEventListener("close", () => {
    events.closed();
  });
  return {
    send(text) {
      socket.send(text);
    },
    close() {
      socket.close();
    },
  };
}
