import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";
import { checkMetrics } from "./testing/promtool.ts";

test("promtool has nothing to say, with every metric in use", async () => {
  const metrics = createMetrics();
  metrics.facts.inc({ kind: "inspection", result: "accepted" });
  metrics.records.inc({ service: "scorer", outcome: "folded" });
  metrics.lagRecords.set({ service: "scorer", topic: "sanfen.facts", partition: 0 }, 3);
  metrics.lagSeconds.set({ service: "scorer", topic: "sanfen.facts", partition: 0 }, 0.2);
  metrics.colourChanges.inc({ level: "town", from: "green", to: "red" });
  metrics.factToColour.observe(0.02);
  metrics.liveClients.set(2);
  metrics.liveQueuedBytes.set(4_096);
  metrics.deadLetters.inc({ topic: "sanfen.facts", reason: "undecodable" });
  metrics.flushRows.observe({ service: "scorer" }, 120);
  metrics.flushDuration.observe({ service: "scorer" }, 0.01);
  metrics.ready.set(1);
  metrics.httpRequestDuration.observe({ method: "GET", route: "/livez", status: "200" }, 0.001);
  const text = await metrics.registry.metrics();
  expect(await checkMetrics(text)).toBe("");
  expect(text).toContain("process_resident_memory_bytes");
  expect(text).toContain('sanfen_facts_total{kind="inspection",result="accepted"} 1');
}, 120_000);

test("promtool would speak up", async () => {
  expect(await checkMetrics("# TYPE bad_total gauge\nbad_total 1\n")).toContain("bad_total");
}, 120_000);

test("two sets share nothing", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.liveClients.set(5);
  expect(await other.registry.getSingleMetricAsString("sanfen_live_clients")).toContain("sanfen_live_clients 0");
});
