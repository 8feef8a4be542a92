/** A source of facts that keeps sending what was not acknowledged, as sources do. */
import { formatDay, makeUscc, type Day } from "@sanfen/model";
import type { Chance } from "../pipeline/chance.ts";

/** A fact as it is sent. */
export interface SentFact {
  readonly id: string;
  readonly revision: number;
  readonly subject: string;
  readonly [member: string]: unknown;
}

const ENTERPRISES = 80;
const BATCH = 15;

export class Sender {
  /** Subject, id and revision of every fact that was acknowledged. */
  readonly acknowledged: Set<string> = new Set();
  /** Position after the last acknowledged fact, for `?after=`. */
  after: string | undefined;
  readonly #chance: Chance;
  readonly #towns: readonly string[];
  readonly #subjects = Array.from({ length: ENTERPRISES }, (_, serial) => makeUscc("9", "1", "330402", serial));
  /** Sent, perhaps in the log, not acknowledged. */
  #open: readonly SentFact[] = [];
  #made = 0;

  constructor(chance: Chance, towns: readonly string[]) {
    this.#chance = chance;
    this.#towns = towns;
  }

  /** Sends the next facts of a day, or once more those still open. Rejects when nobody answers. */
  async send(address: string, today: Day): Promise<void> {
    if (this.#open.length === 0) this.#open = Array.from({ length: BATCH }, () => this.#next(today)).flat();
    const response = await fetch(`${address}/v1/facts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(this.#open),
    });
    const answer: unknown = await response.json();
    // Not ready yet: try again.
    if (response.status === 503) return;
    if (response.status !== 202) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    const { accepted, rejected, after } = answer as { accepted: number; rejected: unknown[]; after: string };
    if (accepted !== this.#open.length) throw new Error(`refused: ${JSON.stringify(rejected)}`);
    for (const fact of this.#open) this.acknowledged.add(factKey(fact));
    this.after = after;
    this.#open = [];
  }

  #next(today: Day): SentFact[] {
    const chance = this.#chance;
    const number = this.#made;
    this.#made += 1;
    const subject = number < ENTERPRISES ? this.#subjects[number]! : chance.among(this.#subjects);
    const fact = {
      id: `f${number}`,
      revision: 1,
      subject,
      source: "test",
      occurredOn: formatDay(today - chance.below(30)),
    };
    if (number < ENTERPRISES) {
      const region = chance.among(this.#towns);
      return [
        {
          ...fact,
          kind: "registration",
          region,
          occurredOn: "2024-01-01",
          body: { name: `厂${number}`, roles: ["maker"] },
        },
      ];
    }
    const result = chance.among(["pass", "pass", "fail"]);
    const inspection = {
      ...fact,
      kind: "inspection",
      body: { result, severity: result === "fail" ? "critical" : "none" },
    };
    switch (chance.below(8)) {
      case 0:
        return [{ ...fact, kind: "complaint", body: { severity: "serious" } }];
      case 1:
        // It moves.
        return [{ ...fact, kind: "change", region: chance.among(this.#towns), body: {} }];
      case 2:
        return [inspection, { ...inspection, revision: 2, body: { result: "pass" } }];
      case 3:
        return [{ ...inspection, revision: 2, retracted: true, body: undefined }, inspection];
      default:
        return [inspection];
    }
  }
}

export function factKey({ subject, id, revision }: Pick<SentFact, "subject" | "id" | "revision">): string {
  return `${subject}|${id}|${revision}`;
}
