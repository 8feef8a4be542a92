import type { EventName } from "./events.ts";

/** What the headers of a record say beside its bytes. */
export interface HeaderValues {
  /** Unique within the source (CloudEvents 1.0, `id`). */
  readonly id: string;
  /** Where the event arose. CloudEvents 1.0 wants a URI reference: what a URI cannot hold is escaped. */
  readonly source: string;
  /** Instant in ms. */
  readonly time?: number;
  /** W3C Trace Context of what caused the event. */
  readonly traceparent?: string;
}

/**
 * Headers of an event in the log: CloudEvents 1.0 over Kafka in binary mode (`ce_*`), our own type name for readers
 * that skip by header, and the trace.
 */
export function headersFor(name: EventName, values: HeaderValues): Record<string, string> {
  return {
    "sanfen-type": name,
    ce_specversion: "1.0",
    ce_id: values.id,
    ce_source: encodeURI(values.source.toWellFormed()),
    ce_type: `sanfen.${name}`,
    ...(values.time === undefined ? {} : { ce_time: new Date(values.time).toISOString() }),
    ...(values.traceparent === undefined ? {} : { traceparent: values.traceparent }),
  };
}
