import type { Problem } from "@sanfen/model";

/** What can be wrong with a fact at the door; the `code` of its problems, and a metric label. */
export type AdmitCode =
  | "type"
  | "required"
  | "unknown-member"
  | "unknown-symbol"
  | "length"
  | "characters"
  | "range"
  | "date"
  | "date-future"
  | "date-early"
  | "region"
  | "product"
  | "enterprise-id"
  | "body-size"
  | "retraction-body";

/** A document can be wrong in as many places as it has bytes; nobody reads on after so many. */
const MOST_PROBLEMS = 100;

/** Collects what is wrong with one document, the first hundred. */
export class Problems {
  readonly list: Problem[] = [];
  /** All that were found, those left out among them. */
  count = 0;

  add(pointer: string, code: AdmitCode, detail: string): void {
    this.count += 1;
    if (this.list.length < MOST_PROBLEMS) this.list.push({ pointer, code, detail });
  }
}

/** Adds a step to a JSON pointer (RFC 6901). */
export function below(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

const LONGEST_QUOTE = 60;

/** A value as a message may show it: texts cut short, and never the inside of lists and objects, deep as they may be. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value);
}

/** The known name that a misspelt one is within two edits of, the case of letters aside. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const candidate of known) {
    // Names far apart in length are no slips, and unbounded ones cost time.
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Letters to put in, take out or change to get from one text to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
