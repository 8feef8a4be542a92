import type { Day } from "@sanfen/model";

/** A fact as rules see it: the winning revision, not retracted, dates of its body as days. May be dated later than the day graded: then it waits. */
export interface RuleFact {
  readonly id: string;
  readonly kind: string;
  readonly occurredOn: Day;
  readonly role: string;
  readonly product: string | null;
  readonly sample: string | null;
  readonly source: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An enterprise as rules see it: its facts as a set (their order says nothing) and the codes of its products. */
export interface Subject {
  readonly facts: readonly RuleFact[];
  readonly products: readonly string[];
}

/** A clause that applied, what it added to the score, and the ids of the facts it counted, sorted. */
export interface Reason {
  readonly clause: string;
  readonly points: number;
  readonly facts: readonly string[];
}

/** What a rulebook says of an enterprise on a day. */
export interface Verdict {
  readonly rulebook: string;
  readonly rulebookVersion: number;
  readonly grade: string;
  /** Sum of the points of all clauses, never below 0. */
  readonly score: number;
  /** A colour. */
  readonly healthCode: string;
  /** Gravest tier of its products. */
  readonly tier: string;
  /** Sorted by clause. */
  readonly reasons: readonly Reason[];
  /** First later day on which the verdict may change though no record comes in; never too late, null when none will. */
  readonly nextReviewOn: Day | null;
}
