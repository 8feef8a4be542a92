import { setTimeout as pause } from "node:timers/promises";
import { LogError } from "../log.ts";
import { asLogError, protocolType } from "./errors.ts";

interface Made<C> {
  readonly client: C;
  users: number;
  broken: boolean;
  used: boolean;
}

/** Errors that a moment mends: the broker asked has not heard yet of a new topic, or of where a partition now lives. */
const passing: ReadonlySet<string> = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_FOR_PARTITION",
  "NOT_CONTROLLER",
]);
const pauseMs = 75;
const maxPauseMs = 1_000;

export interface Limits {
  /** Default 4. */
  readonly attempts?: number;
  /** Default 0. */
  readonly patienceMs?: number;
}

/**
 * A client made when it is first needed and thrown away once it has failed: kafkajs keeps what it knew of a cluster
 * beyond its time (one topic deleted elsewhere makes every later look at the others fail), so a failure of a client
 * that has been used before says nothing until a fresh one has failed as well.
 */
export class Renewed<C> {
  readonly #make: () => Promise<C>;
  readonly #end: (client: C) => Promise<void>;
  readonly #notEnded: (error: unknown) => void;
  #made: Promise<Made<C>> | undefined;
  #closed = false;

  /** `notEnded` hears of a broken client that could not be ended; there is nobody else to tell. */
  constructor(options: {
    readonly make: () => Promise<C>;
    readonly end: (client: C) => Promise<void>;
    readonly notEnded: (error: unknown) => void;
  }) {
    this.#make = options.make;
    this.#end = options.end;
    this.#notEnded = options.notEnded;
  }

  /**
   * For work that may be done twice. `attempts` bounds the tries for what may not have spread yet, `patienceMs` the
   * time given to what is unavailable.
   * Throws LogError, and `asLogError`'s exceptions.
   */
  async use<T>(doing: string, work: (client: C) => Promise<T>, limits: Limits = {}): Promise<T> {
    const { attempts = 4, patienceMs = 0 } = limits;
    const deadline = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, fresh } = await this.#once(work);
      if (outcome.status === "fulfilled") return outcome.value;
      if (this.#closed) throw new LogError("closed", `${doing}: the log is closed`);
      const error = asLogError(outcome.reason, doing);
      const early = attempt < attempts && passing.has(protocolType(error) ?? "");
      const patient = performance.now() < deadline && error instanceof LogError && error.code === "unavailable";
      // Others may use a client up between our tries: their number is bounded whoever had it first.
      if (!early && !patient && (fresh || attempt > attempts + 2)) throw error;
      if (fresh) await pause(Math.min(pauseMs * attempt, maxPauseMs));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const made = this.#made;
    this.#made = undefined;
    const { client } = (await made?.catch(() => undefined)) ?? {};
    if (client !== undefined) await this.#end(client);
  }

  async #once<T>(work: (client: C) => Promise<T>): Promise<{ outcome: PromiseSettledResult<T>; fresh: boolean }> {
    const making = this.#current();
    let made: Made<C>;
    try {
      made = await making;
    } catch (reason) {
      if (this.#made === making) this.#made = undefined;
      return { outcome: { status: "rejected", reason }, fresh: true };
    }
    const fresh = !made.used;
    made.used = true;
    made.users += 1;
    const [outcome] = await Promise.allSettled([work(made.client)]);
    made.users -= 1;
    if (outcome.status === "rejected") {
      made.broken = true;
      if (this.#made === making) this.#made = undefined;
    }
    // Others may be at work with it still; the last one out ends it.
    if (made.broken && made.users === 0) this.#end(made.client).catch(this.#notEnded);
    return { outcome, fresh };
  }

  #current(): Promise<Made<C>> {
    if (this.#closed) return Promise.reject(new LogError("closed", "the log is closed"));
    this.#made ??= this.#make().then((client) => ({ client, users: 0, broken: false, used: false }));
    return this.#made;
  }
}
