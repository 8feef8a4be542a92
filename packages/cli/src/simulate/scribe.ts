/** Writes facts down, and hands each over on the day on which it arrives. */
import { encodeBody, type BodyOf, type Fact, type FactKind } from "@sanfen/events";
import type { Day, RegionCode } from "@sanfen/model";
import type { Enterprise } from "./population.ts";
import type { Random } from "./random.ts";
import { CORRECTED, LATE, RETRACTED } from "./rates.ts";

/** What a fact may say beside its kind and body. */
export interface Particulars {
  readonly id?: string;
  readonly revision?: number;
  readonly role?: Fact["role"];
  readonly region?: RegionCode;
  readonly product?: string;
  readonly sample?: string;
  readonly source?: string;
  /** Day on which it arrives; default: mostly its own, for some weeks later. */
  readonly arrivesOn?: Day;
}

/** Days by which a late fact is late. */
const LATE_DAYS = [20, 90] as const;
/** Days after which a source corrects itself. */
const SECOND_THOUGHTS_DAYS = [15, 60] as const;

/** A source's second thoughts do not concern the register: an enterprise does not vanish by mistake. */
const STANDING: ReadonlySet<FactKind> = new Set(["registration", "deregistration", "change", "product_listed"]);
const NO_BODY = new Uint8Array(0);

export class Scribe {
  readonly random: Random;
  readonly #prefix: string;
  readonly #due = new Map<Day, Fact[]>();
  #numbers = 0;

  /** Ids begin with `prefix`: of two scribes with different ones, none gives the other's ids. */
  constructor(random: Random, prefix: string) {
    this.random = random;
    this.#prefix = prefix;
  }

  /** The next number, for ids and samples. */
  number(): string {
    this.#numbers += 1;
    return `${this.#prefix}${String(this.#numbers).padStart(6, "0")}`;
  }

  /** Writes a fact down; answers its id. */
  write<K extends FactKind>(
    kind: K,
    { id: subject }: Enterprise,
    on: Day,
    body: BodyOf<K>,
    more: Particulars = {},
  ): string {
    const { random } = this;
    const fact: Fact = {
      id: more.id ?? this.number(),
      revision: more.revision ?? 1,
      retracted: false,
      subject,
      subjectType: "enterprise",
      role: more.role ?? "none",
      kind,
      occurredOn: on,
      recordedAt: 0,
      region: more.region ?? null,
      product: more.product ?? null,
      sample: more.sample ?? null,
      source: more.source ?? "sim-bureau",
      simulated: true,
      body: encodeBody(kind, body),
    };
    const isLate = more.arrivesOn === undefined && !STANDING.has(kind) && random.chance(LATE);
    const arrivesOn = more.arrivesOn ?? (isLate ? on + random.int(...LATE_DAYS) : on);
    this.#file(arrivesOn, fact);
    if (STANDING.has(kind) || more.revision !== undefined) return fact.id;
    if (random.chance(RETRACTED)) {
      const later = arrivesOn + random.int(...SECOND_THOUGHTS_DAYS);
      this.#file(later, { ...fact, revision: 2, retracted: true, body: NO_BODY });
    } else if (fact.product !== null && random.chance(CORRECTED)) {
      // The wrong day was written down.
      const later = arrivesOn + random.int(...SECOND_THOUGHTS_DAYS);
      this.#file(later, { ...fact, revision: 2, occurredOn: on - random.int(1, 5) });
    }
    return fact.id;
  }

  /** The facts that arrive on a day, in the order in which they were written; each once. */
  take(day: Day): readonly Fact[] {
    const facts = this.#due.get(day) ?? [];
    this.#due.delete(day);
    return facts;
  }

  #file(day: Day, fact: Fact): void {
    const facts = this.#due.get(day);
    if (facts) facts.push(fact);
    else this.#due.set(day, [fact]);
  }
}
