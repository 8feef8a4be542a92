/**
 * Services that run apart, behind the gateway's address. Which do is told by configuration: a peer that has an address
 * is reached there, and is not part of this process.
 */
import proxy from "@fastify/http-proxy";
import { problem, sendProblem, type App, type Config } from "@sanfen/service";
import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import type { IncomingHttpHeaders } from "node:http";

export type PeerName = keyof Config["peers"];

/** Paths of each service, with all below them. */
export const PEER_PATHS: Readonly<Record<PeerName, readonly string[]>> = {
  ingest: ["/v1/facts", "/v1/imports", "/v1/mappings", "/v1/officers", "/v1/unmatched"],
  scorer: ["/v1/enterprises", "/v1/rulebooks"],
  "region-aggregator": ["/v1/regions", "/v1/products"],
  "task-dispatcher": ["/v1/plans", "/v1/draws", "/v1/tasks"],
  "alert-publisher": ["/v1/warnings", "/v1/silences", "/v1/subscriptions", "/v1/feeds"],
};

const READING = ["GET", "HEAD"];
const WRITING = ["POST", "PUT", "PATCH", "DELETE"];

export interface PeerTimeouts {
  readonly connectMs: number;
  /** From the end of the request to the head of the answer; an import may take its time. */
  readonly headMs: number;
  /** Between two pieces of a body. */
  readonly bodyMs: number;
}

const PEER_TIMEOUTS: PeerTimeouts = { connectMs: 2_000, headMs: 60_000, bodyMs: 30_000 };

/**
 * Headers that belong to one connection (RFC 9110, section 7.6.1), and those that were dealt with here: `expect` by the
 * HTTP server, `origin` by our own check of it (to the peer the browser's page would be that of another host).
 */
const OWN_HEADERS = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
const DEALT_WITH = ["expect", "origin"];

export function addPeers(app: App, peers: Config["peers"], timeouts: PeerTimeouts = PEER_TIMEOUTS): void {
  for (const name of Object.keys(peers) as PeerName[]) {
    const base = peers[name];
    if (base === undefined) continue;
    for (const path of PEER_PATHS[name]) {
      addProxy(app, { name, base, path, methods: READING, access: "read" }, timeouts);
      addProxy(app, { name, base, path, methods: WRITING, access: "write" }, timeouts);
    }
  }
}

interface Proxied {
  readonly name: PeerName;
  readonly base: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly access: "read" | "write";
}

function addProxy(app: App, { name, base, path, methods, access }: Proxied, timeouts: PeerTimeouts): void {
  void app.register(async (scope) => {
    // Bodies pass through as they come: neither read nor bounded here.
    scope.removeAllContentTypeParsers();
    scope.addHook("onRoute", (route: RouteOptions) => {
      route.schema = { ...route.schema, hide: true };
    });
    await scope.register(proxy, {
      upstream: base,
      prefix: path,
      rewritePrefix: `${new URL(base).pathname.replace(/\/$/, "")}${path}`,
      httpMethods: [...methods],
      config: { access },
      disableRequestLogging: true,
      destroyAgent: true,
      undici: {
        connections: 32,
        connect: { timeout: timeouts.connectMs },
        headersTimeout: timeouts.headMs,
        bodyTimeout: timeouts.bodyMs,
      },
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => requestHeaders(request as FastifyRequest, headers),
        rewriteHeaders: (headers) => without(headers, OWN_HEADERS),
        // A peer that says 503 has said when to come back; that is for the client to know.
        retryDelay: () => null,
        onError: (reply, { error }) => answerFailure(reply as FastifyReply, name, error),
      },
    });
  });
}

/** The peer's record of the request is found under the same id and trace as ours. */
function requestHeaders(request: FastifyRequest, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return {
    ...without(headers, [...OWN_HEADERS, ...DEALT_WITH]),
    "x-request-id": request.id,
    traceparent: request.traceparent,
    "x-forwarded-for": [headers["x-forwarded-for"], request.ip].filter(Boolean).join(", "),
    "x-forwarded-host": request.host,
    "x-forwarded-proto": request.protocol,
  };
}

function without<H extends IncomingHttpHeaders>(headers: H, names: readonly string[]): H {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase()))) as H;
}

/** No answer came. What the peer may have done of a request that writes is not known: the detail does not claim it. */
function answerFailure(reply: FastifyReply, name: PeerName, error: Error & { readonly statusCode?: number }): void {
  const isLate = error.statusCode === 504;
  void reply.header("retry-after", 2);
  sendProblem(
    reply,
    isLate
      ? problem(504, "peer-late", "No answer in time", `${name} did not answer in time`)
      : problem(502, "peer-unreachable", "Service not reached", `${name} cannot be reached`),
  );
}
