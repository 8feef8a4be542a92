import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** All metrics of a process, in a registry of their own. Labels are closed sets or bounded by the installation. */
export interface Metrics {
  readonly registry: Registry;
  /** Facts at the door; result `accepted` or `rejected`. */
  readonly facts: Counter<"kind" | "result">;
  /** Records a service has read; outcome from the fold's closed union. */
  readonly records: Counter<"service" | "outcome">;
  readonly lagRecords: Gauge<"service" | "topic" | "partition">;
  readonly lagSeconds: Gauge<"service" | "topic" | "partition">;
  readonly colourChanges: Counter<"level" | "from" | "to">;
  /** From a fact's arrival in the log to the colour it led to being out, in seconds. */
  readonly factToColour: Histogram;
  readonly liveClients: Gauge;
  readonly liveQueuedBytes: Gauge;
  readonly deadLetters: Counter<"topic" | "reason">;
  /** Rows written by one flush. */
  readonly flushRows: Histogram<"service">;
  /** Time one flush took, in seconds. */
  readonly flushDuration: Histogram<"service">;
  /** 1 when `/readyz` says so, else 0. */
  readonly ready: Gauge;
  /** Set by the server for every answered request; `route` is the pattern, not the path. */
  readonly httpRequestDuration: Histogram<"method" | "route" | "status">;
}

/** promtool takes a gauge that ends in `_total` for a counter with the wrong type. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

const LATENCY_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** New metrics, all of them at nothing. Two calls share nothing. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return {
    registry,
    facts: new Counter({
      name: "sanfen_facts_total",
      help: "Facts received, by kind and whether they were accepted or rejected.",
      labelNames: ["kind", "result"],
      registers,
    }),
    records: new Counter({
      name: "sanfen_records_total",
      help: "Records a service read from the log, by what became of them.",
      labelNames: ["service", "outcome"],
      registers,
    }),
    lagRecords: new Gauge({
      name: "sanfen_lag_records",
      help: "Records of a partition that the service has not read yet.",
      labelNames: ["service", "topic", "partition"],
      registers,
    }),
    lagSeconds: new Gauge({
      name: "sanfen_lag_seconds",
      help: "Age of the oldest record of a partition that the service has not read yet.",
      labelNames: ["service", "topic", "partition"],
      registers,
    }),
    colourChanges: new Counter({
      name: "sanfen_colour_changes_total",
      help: "Changes of a region's colour, by level.",
      labelNames: ["level", "from", "to"],
      registers,
    }),
    factToColour: new Histogram({
      name: "sanfen_fact_to_colour_seconds",
      help: "Time from a fact's arrival in the log to the colour it led to.",
      buckets: LATENCY_S,
      registers,
    }),
    liveClients: new Gauge({
      name: "sanfen_live_clients",
      help: "WebSocket clients connected to the live stream.",
      registers,
    }),
    liveQueuedBytes: new Gauge({
      name: "sanfen_live_queued_bytes",
      help: "Bytes waiting to be sent to live clients, all of them together.",
      registers,
    }),
    deadLetters: new Counter({
      name: "sanfen_dead_letters_total",
      help: "Records that could not be read or folded, by topic and reason.",
      labelNames: ["topic", "reason"],
      registers,
    }),
    flushRows: new Histogram({
      name: "sanfen_flush_rows",
      help: "Rows written to the store by one flush.",
      labelNames: ["service"],
      buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
      registers,
    }),
    flushDuration: new Histogram({
      name: "sanfen_flush_duration_seconds",
      help: "Time one flush to the store took.",
      labelNames: ["service"],
      buckets: LATENCY_S,
      registers,
    }),
    ready: new Gauge({
      name: "sanfen_ready",
      help: "Whether the process is ready for requests (1) or not (0).",
      registers,
    }),
    httpRequestDuration: new Histogram({
      name: "sanfen_http_request_duration_seconds",
      help: "Time from a request's head to the end of its answer, by route pattern.",
      labelNames: ["method", "route", "status"],
      buckets: LATENCY_S,
      registers,
    }),
  };
}
