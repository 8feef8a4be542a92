import type { Colour, Text } from "@sanfen/model";

/**
 * A regime as data: how facts count, what grade that makes, what colour a region takes. The reference of the language
 * is this package's README, its form `rulebook.schema.json`; this is the same in types.
 */
export interface Rulebook {
  readonly $schema?: string;
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  /** What was published of the regime, and what was not. */
  readonly source: Text;
  /** Why a part stands as it does, by the names that `published` and `illustrative` use. */
  readonly notes: Readonly<Record<string, Text>>;
  readonly tiers: Tiers;
  readonly clauses: readonly Clause[];
  readonly grades: Grades;
  readonly healthCode: HealthCode;
  readonly regions: Regions;
  readonly supervision?: Supervision;
  readonly index?: IndexFormula;
}

/** Every part with numbers names one note: the regime's own (`published`), or ours until a site replaces it (`illustrative`). */
export interface Standing {
  readonly published?: string;
  readonly illustrative?: string;
}

export interface Named {
  readonly id: string;
  readonly title: Text;
}

export interface Tiers extends Standing {
  /** Gravest first. A product's own tier comes from the catalogue. */
  readonly list: readonly Named[];
  /** Of a product whose tier is not known, and of an enterprise without products. */
  readonly default: string;
}

/** Facts that count, how long, and what they do: points, a grade at which the enterprise is held, or both. */
export interface Clause extends Standing {
  readonly id: string;
  readonly text: Text;
  readonly when: Selection;
  /** How long a fact counts from the day it occurred; without it, for ever. */
  readonly within?: Period;
  /** Body field with a date: the fact counts up to and including that day; null there is no end. */
  readonly until?: string;
  /** Must hold of the counted facts for the clause to apply; without it, one fact is enough. */
  readonly if?: Condition;
  /** Points of each fact; more is worse, below zero is a merit. A fact worth 0 is not counted. */
  readonly points?: Points;
  /** Added for the second and for each further fact. */
  readonly repeat?: number;
  /** The clause adds no more than this, and takes no more off. */
  readonly cap?: number;
  /** Points added once when the clause applies, however many facts there are. */
  readonly once?: number;
  /** The enterprise is graded no better than this. */
  readonly floor?: string;
}

export interface Selection {
  readonly kinds: readonly string[];
  readonly roles?: readonly string[];
  /** By field of the body: one of these values, or a number within bounds. All must hold. */
  readonly body?: Readonly<Record<string, readonly (string | boolean)[] | Bounds>>;
  /** By severity: bounds of the number of findings that the fact counts. */
  readonly findings?: Readonly<Record<string, Bounds>>;
  /** Tier of the fact's product; a fact without a product has none. */
  readonly tiers?: readonly string[];
  /**
   * Of the facts that agree in this (`subject`: all of them; `product`; or a field of the body) only the newest is
   * looked at. Facts that say nothing of the fields conditioned on do not replace one that does.
   */
  readonly newestPer?: string;
}

/** Numbers from `atLeast` on and less than `below`; at least one of the two is given. */
export interface Bounds {
  readonly atLeast?: number;
  readonly below?: number;
}

export type Period = { readonly months: number } | { readonly days: number };

export type Condition =
  | { readonly facts: { readonly atLeast: number } }
  /** `pass` over `pass` and `fail`, in percent, where there are at least `of` such facts; other facts are not counted. */
  | { readonly passRate: { readonly belowPercent: number; readonly of: number } };

export type Points =
  | number
  /** By the value of a body field; `else` for any other value. */
  | { readonly by: string; readonly values: Readonly<Record<string, number>>; readonly else: number }
  /** By severity, for each finding the fact counts. */
  | { readonly perFinding: Readonly<Record<string, number>> };

/** From `from` on, less than `below`; the last of a list is open. */
export interface Band {
  readonly from: number;
  readonly below?: number;
}

export interface Grades extends Standing {
  /** Best first. The score picks one; the worst of it and of the floors is the grade. */
  readonly list: readonly GradeRule[];
}

export interface GradeRule extends Named {
  readonly score: Band;
}

export interface HealthCode extends Standing {
  readonly byGrade: Readonly<Record<string, Colour>>;
}

export interface Regions extends Standing {
  /** The share is that of enterprises in these grades, of all that are graded. */
  readonly grades: readonly string[];
  readonly scales: readonly RegionScale[];
}

export interface RegionScale {
  readonly levels: readonly string[];
  /** With fewer graded enterprises than this a region has no colour (`none`): one firm more would decide it. */
  readonly leastEnterprises: number;
  /** Lowest share first; shares in per mille. */
  readonly bands: readonly (Band & { readonly colour: Colour })[];
}

export interface Supervision extends Standing {
  readonly modes: readonly SupervisionMode[];
  /** Mode by tier, then grade. */
  readonly cells: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface SupervisionMode extends Named {
  readonly inspections: { readonly times: number; readonly months: number };
  /** Share of the enterprises drawn for sampling; never 0, nobody is exempt. */
  readonly samplingPermille: number;
}

export interface IndexFormula extends Standing {
  /** Weights in percent, 100 together. `share` counts as what it leaves to 1: the fewer, the better. */
  readonly parts: readonly { readonly of: IndexPart; readonly weight: number }[];
}

export type IndexPart = "share" | "passRate" | "coverage";

/** What an index is made of: shares between 0 and 1, or null where nothing is known. */
export type IndexParts = Readonly<Record<IndexPart, number | null>>;
