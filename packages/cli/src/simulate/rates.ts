/**
 * How often things happen to a simulated enterprise. Where a rate is published it says so; the others are ours, set so
 * that about seven facts a year come together and one enterprise in ten is at risk under the rulebook that ships.
 */

/** Days of a year, on average. */
export const YEAR_DAYS = 365.25;

/**
 * Share of samples that fail. National supervision sampling of 2023 found 12.3 % of the enterprises failing, a good
 * city 5.8 %; ours lies between the two, nearer the good one.
 */
export const FAILING = 0.066;

/** Times a year, for one enterprise. */
export const PER_YEAR = {
  sample: 1.55,
  label_check: 0.85,
  quick_test: 1.45,
  comparison_test: 0.08,
  complaint: 0.85,
  opinion: 0.08,
  traceability: 0.35,
  certificate: 0.25,
  trace: 0.6,
  award: 0.05,
  risk_warning: 0.04,
  recall: 0.006,
  credit: 0.015,
  change: 0.1,
  product_listed: 0.08,
  penalty: 0.01,
} as const;
export type Occasion = keyof typeof PER_YEAR;

/** A sample taken in a shop concerns its maker too: that many of the samples give two facts. */
export const AT_SELLER = 0.35;
/** Share of facts that arrive long after their day. */
export const LATE = 0.02;
/** Share of facts that their source corrects or takes back later. */
export const CORRECTED = 0.006;
export const RETRACTED = 0.002;
/** Of the enterprises: those that register within the history, leave the register, or move to another town. */
export const NEWCOMERS = 0.08;
export const LEAVERS = 0.06;
export const MOVERS = 0.03;

/**
 * How the counties stand to each other in the share of failures, best to worst: spread, so that a map of them shows
 * more than one colour.
 */
export const COUNTY_SPREAD: readonly number[] = [0.4, 0.6, 0.8, 1, 1.35, 1.9, 3.1];

/** How a kind of occasion is spread over the year, by month; each averages 1. */
const SAMPLING = [0.5, 0.4, 1.1, 1.3, 1.3, 1.1, 0.9, 0.9, 1.3, 1.3, 1.2, 0.7];
/** Consumers' day is in March, the great sales are in June and November. */
const CONSUMERS = [0.8, 0.7, 1.5, 0.9, 0.9, 1.1, 0.9, 0.9, 0.9, 0.9, 1.4, 1.1];
/** Offices work five days of seven, and a little on the others. */
const WORKING = 1.36;
const RESTING = 0.1;

const BY_CONSUMERS: ReadonlySet<Occasion> = new Set(["complaint", "opinion"]);

/** How many times its yearly average an occasion comes on a day. */
export function season(occasion: Occasion, day: number): number {
  const date = new Date(day * 86_400_000);
  const month = date.getUTCMonth();
  if (BY_CONSUMERS.has(occasion)) return CONSUMERS[month]!;
  const weekday = date.getUTCDay();
  return SAMPLING[month]! * (weekday === 0 || weekday === 6 ? RESTING : WORKING);
}
