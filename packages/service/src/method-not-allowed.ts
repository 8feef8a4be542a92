import { problem, sendProblem } from "./problem.ts";
import type { App } from "./service.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/**
 * Answers 405 with `Allow` where a path is known but not the method (RFC 9110, section 15.5.6). Call before the first
 * route; the function it returns adds the answers, after the last.
 */
export function methodNotAllowed(app: App): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook("onRoute", (route) => {
    const methods = taken.get(route.url) ?? new Set<string>();
    for (const method of [route.method].flat()) methods.add(method);
    taken.set(route.url, methods);
  });
  return () => {
    for (const [url, methods] of taken) {
      // A pattern that ends in a wildcard stands for paths of which nothing is known.
      if (url.endsWith("*")) continue;
      const others = METHODS.filter((method) => !methods.has(method));
      const allow = METHODS.filter((method) => methods.has(method)).join(", ");
      if (others.length === 0) continue;
      app.route({
        method: others,
        url,
        exposeHeadRoute: false,
        config: { access: "public" },
        schema: { hide: true },
        // Before the body, which is of no interest then.
        onRequest: (request, reply) => {
          void reply.header("allow", allow);
          const detail = `${request.method} is not for this path; allowed: ${allow}`;
          sendProblem(reply, problem(405, "method-not-allowed", "Method not allowed", detail));
        },
        handler: (_request, reply) => reply,
      });
    }
  };
}
