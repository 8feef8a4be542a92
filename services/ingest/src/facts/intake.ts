/** One request's facts: admitted one by one, appended in chunks, and the answer to it. */
import { admitFact, FACT_KINDS, type Door, type Fact } from "@sanfen/events";
import type { Log } from "@sanfen/log";
import type { Problem } from "@sanfen/model";
import { encodeAfter, type Metrics, type ProblemDocument } from "@sanfen/service";
import { FACTS } from "@sanfen/stream";
import type { Provenance } from "./provenance.ts";
import { appendFacts, laterOf, placeFact, type LastOffsets, type PlacedFact } from "./writer.ts";

export interface Rejection {
  /** Place in the array, or line of the stream; from 0. */
  readonly index: number;
  readonly errors: readonly Problem[];
}

export interface IntakeAnswer {
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
  /** Rejections that are not listed. */
  readonly rejectedMore?: number;
  /** For `?after=`; absent when nothing was accepted. */
  readonly after?: string;
}

export interface IntakePorts {
  readonly log: Pick<Log, "append">;
  readonly metrics: Pick<Metrics, "facts">;
  readonly partitions: number;
  readonly provenance: Provenance;
  readonly door: Door;
  readonly traceparent?: string;
}

/** An answer that lists more helps nobody, and would grow with the request. */
const MOST_REJECTIONS = 1_000;
/** Facts, and bytes of them, that wait for an append of their own. */
const CHUNK_FACTS = 500;
const CHUNK_BYTES = 1_048_576;

export class Intake {
  readonly #ports: IntakePorts;
  readonly #rejected: Rejection[] = [];
  #waiting: PlacedFact[] = [];
  #waitingBytes = 0;
  #accepted = 0;
  #refused = 0;
  #last: LastOffsets = new Map();

  constructor(ports: IntakePorts) {
    this.#ports = ports;
  }

  /** Takes a document in. A problem document refuses the whole request: real facts among simulated ones, say. */
  take(index: number, json: unknown): ProblemDocument | undefined {
    const admission = admitFact(json, this.#ports.door);
    if ("problems" in admission) {
      this.reject(index, admission.problems, json);
      return undefined;
    }
    const { fact } = admission;
    const refusal = this.#ports.provenance.refusal(fact.simulated);
    if (refusal) return refusal;
    this.#ports.provenance.settle(fact.simulated);
    this.#hold(fact);
    return undefined;
  }

  reject(index: number, errors: readonly Problem[], json?: unknown): void {
    this.#refused += 1;
    this.#ports.metrics.facts.inc({ kind: kindOf(json), result: "rejected" });
    if (this.#rejected.length < MOST_REJECTIONS) this.#rejected.push({ index, errors });
  }

  /** Facts that are durable in the log. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether enough waits for `append`. */
  get isFull(): boolean {
    return this.#waiting.length >= CHUNK_FACTS || this.#waitingBytes >= CHUNK_BYTES;
  }

  /** Brings what waits into the log; durable when it resolves. Rejects with LogError. */
  async append(): Promise<void> {
    const facts = this.#waiting;
    if (facts.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#last = laterOf(this.#last, await appendFacts(this.#ports.log, facts, this.#ports.traceparent));
    this.#accepted += facts.length;
    for (const { kind } of facts) this.#ports.metrics.facts.inc({ kind, result: "accepted" });
  }

  answer(): IntakeAnswer {
    const more = this.#refused - this.#rejected.length;
    return {
      accepted: this.#accepted,
      rejected: this.#rejected,
      ...(more > 0 && { rejectedMore: more }),
      ...(this.#last.size > 0 && { after: encodeAfter({ [FACTS]: Object.fromEntries(this.#last) }) }),
    };
  }

  #hold(fact: Fact): void {
    const placed = placeFact(fact, this.#ports.partitions);
    this.#waiting.push(placed);
    this.#waitingBytes += placed.bytes.length;
  }
}

/** The kind that a refused document names, as a metric label: of a closed set, whatever was sent. */
function kindOf(json: unknown): string {
  const kind = typeof json === "object" && json !== null && "kind" in json ? json.kind : undefined;
  return FACT_KINDS.find((known) => known === kind) ?? "unknown";
}
