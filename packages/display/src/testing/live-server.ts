import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { bundleDisplay, DISPLAY_CSP } from "../bundle.ts";
import type { RegionColour, Warning } from "../live/records.ts";
import type { SiteView } from "../place/site.ts";

/** What the server answers with. Colours and warnings are what snapshots hold at the start. */
export interface LiveServerOptions {
  readonly site: SiteView;
  readonly colours: readonly RegionColour[];
  readonly warnings: readonly Warning[];
  /** JSON answers of further `/v1/` paths, with their query. */
  readonly answers: ReadonlyMap<string, unknown>;
}

/** A gateway in small: the page with its policy, the site, and `/v1/live` with resumption. For the display's own tests. */
export interface LiveServer {
  readonly url: string;
  publishColour(record: RegionColour): void;
  publishWarning(record: Warning): void;
  /** Cuts every line without a word and, until `comeBack`, refuses new ones. */
  goAway(): void;
  /** Takes lines again; as another process, with its own epoch and offsets, when `restarted`. */
  comeBack(restarted: boolean): void;
  /** Answers commands from now on with 422 and this problem document. */
  refuse(problem: object): void;
  /** Bodies of the commands that were posted, with their paths. */
  readonly posted: readonly { readonly path: string; readonly body: unknown }[];
  /** How many frames of each kind were sent. */
  readonly sent: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

interface Event {
  readonly channel: string;
  readonly offset: number;
  readonly record: unknown;
}

export async function startLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const assets = await bundleDisplay();
  const colours = new Map(options.colours.map((record) => [record.code, record]));
  const warnings = new Map(options.warnings.map((record) => [record.id, record]));
  const subscriptions = new Map<WebSocket, Set<string>>();
  const posted: { path: string; body: unknown }[] = [];
  const sent = new Map<string, number>();
  let events: Event[] = [];
  let offset = 0;
  let process = 1;
  let away = false;
  let refusal: object | undefined;
  const epoch = (): string => `process-${String(process)}`;

  const http = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    const asset = assets.get(path);
    if (asset) {
      response.writeHead(200, { "content-type": asset.type, "content-security-policy": DISPLAY_CSP }).end(asset.body);
      return;
    }
    let status = 200;
    let value = path === "/v1/site" ? options.site : options.answers.get(path);
    if (request.method === "POST") {
      value = refusal ?? {};
      status = refusal ? 422 : 200;
      posted.push({ path, body: JSON.parse(await readBody(request)) });
    }
    response.writeHead(value === undefined ? 404 : status, { "content-type": "application/json" });
    response.end(JSON.stringify(value ?? { title: "not found" }));
  };

  const send = (socket: WebSocket, frame: { readonly op: string } & Record<string, unknown>): void => {
    sent.set(frame.op, (sent.get(frame.op) ?? 0) + 1);
    socket.send(JSON.stringify(frame));
  };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  http.on("upgrade", (request, socket, head) => {
    if (away || request.url !== "/v1/live") {
      socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      subscriptions.set(client, new Set());
      client.on("close", () => subscriptions.delete(client));
      client.on("message", (data: Buffer) => {
        subscribe(client, JSON.parse(data.toString()) as Subscribe);
      });
      send(client, { op: "hello", protocol: 1, epoch: epoch() });
    });
  });

  const subscribe = (client: WebSocket, { channel, since }: Subscribe): void => {
    subscriptions.get(client)?.add(channel);
    if (since?.epoch === epoch()) {
      send(client, { op: "resumed", channel, offset: since.offset });
      const missed = events.filter((event) => event.channel === channel && event.offset > since.offset);
      for (const event of missed) send(client, { op: "event", ...event });
      return;
    }
    const items = channel.startsWith("colours:") ? colours.values() : warnings.values();
    send(client, { op: "snapshot", channel, epoch: epoch(), offset, items: [...items] });
  };
  const publish = (channel: string, record: unknown): void => {
    offset += 1;
    events.push({ channel, offset, record });
    for (const [client, channels] of subscriptions) {
      if (channels.has(channel)) send(client, { op: "event", channel, offset, record });
    }
  };

  await new Promise<void>((resolve) => {
    http.listen(0, "127.0.0.1", resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    publishColour(record) {
      colours.set(record.code, record);
      publish(`colours:${options.site.root}`, record);
    },
    publishWarning(record) {
      warnings.set(record.id, record);
      publish(`warnings:${options.site.root}`, record);
    },
    goAway() {
      away = true;
      for (const client of subscriptions.keys()) client.terminate();
    },
    comeBack(restarted) {
      away = false;
      if (!restarted) return;
      process += 1;
      events = [];
      offset = 0;
    },
    refuse(problem) {
      refusal = problem;
    },
    posted,
    sent,
    async stop() {
      for (const client of subscriptions.keys()) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => {
        http.close(() => {
          resolve();
        });
      });
    },
  };
}

interface Subscribe {
  readonly channel: string;
  readonly since?: { readonly epoch: string; readonly offset: number };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
