import type { LiveCause, Refusal } from "./machine.ts";
import type { Sending } from "./bench.ts";

/** What the stream tells about itself: the shell turns it into metrics and log lines. */
export interface Observer {
  folded(name: string, records: number): void;
  dead(name: string, topic: string, reason: Refusal, detail: string): void;
  lag(name: string, topic: string, partition: number, records: number, seconds: number): void;
  flushed(name: string, rows: number, milliseconds: number): void;
  sent(name: string, sending: Sending): void;
  live(name: string, causes: readonly LiveCause[], now: number): void;
  /** The log or the store does not answer; work goes on once it does. */
  waiting(name: string, error: Error, attempt: number): void;
  failed(name: string, error: Error, gaveUp: boolean): void;
}
