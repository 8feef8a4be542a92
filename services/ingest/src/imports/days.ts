/** The facts of an import by the day on which they occurred, in the order in which they go into the log. */
import type { Fact } from "@sanfen/events";
import type { Day } from "@sanfen/model";
import { placeFact, type PlacedFact } from "../facts/writer.ts";
import type { Repeat } from "../mapping/mapping.ts";

export interface DatedFact {
  readonly fact: Fact;
  /** Day with whose facts it goes in: the day of its row. */
  readonly day: Day;
  readonly rule: string;
  readonly repeat: Repeat;
  readonly says: string;
}

/** What goes in together: first the facts, then, once they are durable, the ticks of the days that they end. */
export interface Round {
  readonly facts: readonly PlacedFact[];
  /** First and last day of it. */
  readonly from: Day;
  readonly to: Day;
}

export interface RoundLimits {
  readonly facts: number;
  readonly days: number;
}

export class FactsByDay {
  readonly #partitions: number;
  readonly #days = new Map<Day, DatedFact[]>();

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  add(fact: DatedFact): void {
    const facts = this.#days.get(fact.day);
    if (facts) facts.push(fact);
    else this.#days.set(fact.day, [fact]);
  }

  /**
   * Rounds in the order of days; a day's facts in the order of their rows. Facts that a rule repeats only where
   * something changed are left out where it did not: this is where their order is known. Takes the facts out.
   */
  *rounds(limits: RoundLimits): Generator<Round, void, void> {
    const said = new Map<string, string>();
    const days = [...this.#days.keys()].sort((a, b) => a - b);
    let facts: PlacedFact[] = [];
    let from: Day | undefined;
    for (const [i, day] of days.entries()) {
      from ??= day;
      for (const fact of this.#days.get(day)!)
        if (isNews(fact, said)) facts.push(placeFact(fact.fact, this.#partitions));
      this.#days.delete(day);
      const next = days[i + 1];
      // The days between belong to this round: their ticks are due before the next day's.
      if (next === undefined || facts.length >= limits.facts || next - from >= limits.days) {
        yield { facts, from, to: day };
        facts = [];
        from = undefined;
      }
    }
  }
}

function isNews({ rule, repeat, says, fact }: DatedFact, said: Map<string, string>): boolean {
  if (repeat === "always") return true;
  const key = `${rule} ${fact.subject}`;
  const before = said.get(key);
  if (before !== undefined && (repeat === "once" || before === says)) return false;
  said.set(key, says);
  return true;
}
