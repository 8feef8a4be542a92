/** What happens to every request and answer, whatever the route. */
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Config } from "./config.ts";
import type { Metrics } from "./metrics.ts";
import { isOriginAllowed } from "./origin.ts";
import { problem, sendProblem } from "./problem.ts";
import { RETRY_AFTER_S } from "./problem-handler.ts";
import type { App } from "./service.ts";
import { continueTrace } from "./traceparent.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** W3C trace context to pass on with whatever the request causes: records, calls. */
    traceparent: string;
  }
}

/**
 * A page may add to these or replace them (its own content security policy). By default nothing is cached, framed,
 * sniffed, or loaded into the page of another origin.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Paths that answer until the very end, as they tell that there is one. */
const WATCHED = new Set(["/livez", "/readyz", "/metrics"]);
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a caller may send as `x-request-id`: anything longer or stranger gets an id of ours. */
const REQUEST_ID = /^[\w.:-]{1,64}$/;

export function requestId(request: IncomingMessage): string {
  const sent = request.headers["x-request-id"];
  return typeof sent === "string" && REQUEST_ID.test(sent) ? sent : randomUUID();
}

export interface RequestHooks {
  readonly config: Pick<Config, "origins">;
  readonly metrics: Pick<Metrics, "httpRequestDuration">;
  /** True once new work is refused. */
  readonly stopping: () => boolean;
}

export function registerRequestHooks(app: App, { config, metrics, stopping }: RequestHooks): void {
  app.decorateRequest("traceparent", "");
  app.addHook("onRequest", (request, reply, done) => {
    const received = request.headers["traceparent"];
    request.traceparent = continueTrace(typeof received === "string" ? received : undefined, (bytes) =>
      randomBytes(bytes).toString("hex"),
    );
    void reply.header("x-request-id", request.id);
    if (stopping() && !WATCHED.has(request.routeOptions.url ?? "")) {
      void reply.header("retry-after", RETRY_AFTER_S);
      sendProblem(reply, problem(503, "stopping", "Not available now", "this server is stopping; try again"));
      return;
    }
    const { origin, host } = request.headers;
    if (!READING.has(request.method) && !isOriginAllowed(origin, host, config.origins)) {
      sendProblem(
        reply,
        problem(403, "foreign-origin", "Not from that page", "pages of this origin may not change anything here"),
      );
      return;
    }
    done();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!reply.hasHeader(name)) void reply.header(name, value);
    }
    // Whoever is answered now is to ask elsewhere next.
    if (stopping()) void reply.header("connection", "close");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const labels = {
      method: request.method,
      // The pattern: paths are without number.
      route: request.routeOptions.url ?? "unknown",
      status: String(reply.statusCode),
    };
    metrics.httpRequestDuration.observe(labels, reply.elapsedTime / 1_000);
    request.log.debug({ ...labels, ms: reply.elapsedTime, trace: request.traceparent }, "answered");
    done();
  });
}
