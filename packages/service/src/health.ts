import { Type } from "typebox";
import type { Metrics } from "./metrics.ts";
import { problem, sendProblem } from "./problem.ts";
import type { App, Readiness } from "./service.ts";

const LIVE = Type.Object({ live: Type.Boolean() });
const READY = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) });
const TEXT = { description: "Prometheus text format", content: { "text/plain": { schema: Type.String() } } };

/** `/livez`: the process turns; `/readyz`: it can do its work, or why not; `/metrics`: Prometheus text, format 0.0.4. */
export function registerHealth(app: App, metrics: Metrics, readiness: () => Promise<Readiness>): void {
  async function measured(): Promise<Readiness> {
    const answer = await readiness();
    metrics.ready.set(answer.ready ? 1 : 0);
    return answer;
  }
  app.get("/livez", { config: { access: "public" }, schema: { response: { 200: LIVE } } }, () => ({ live: true }));
  app.get(
    "/readyz",
    { config: { access: "public" }, schema: { response: { 200: READY } } },
    async (_request, reply) => {
      const answer = await measured();
      if (answer.ready) return { ready: true, reasons: [] };
      return sendProblem(reply, {
        ...problem(503, "not-ready", "Not ready", answer.reasons.join("; ")),
        ...answer,
      });
    },
  );
  app.get(
    "/metrics",
    { config: { access: "operate" }, schema: { response: { 200: TEXT } } },
    async (_request, reply) => {
      await measured();
      void reply.type(metrics.registry.contentType);
      return metrics.registry.metrics();
    },
  );
}
