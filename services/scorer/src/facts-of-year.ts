/**
 * The stored documents of a profile: an enterprise's facts of one year, each as it lies in the log, with its position
 * there. One a (subject, year), so that no document grows without bound.
 */
import { decodeFrames, encodeFrames, type Collection, type Frame } from "@sanfen/store";

/** A fact as it lies in its partition of `sanfen.facts`: its position there and the event's bytes. */
export type StoredFact = Frame;

export interface FactsOfYear {
  readonly subject: string;
  readonly year: number;
  readonly facts: readonly StoredFact[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const FACT_ROWS: Collection<FactsOfYear> = {
  name: "facts_of_year",
  // The first frame names the document: its number is the year, its bytes the subject.
  encode: ({ subject, year, facts }) => encodeFrames([{ at: year, bytes: encoder.encode(subject) }, ...facts]),
  decode: (bytes) => {
    const [head, ...facts] = decodeFrames(bytes);
    if (!head) throw new RangeError("a document of facts is empty");
    return { subject: decoder.decode(head.bytes), year: head.at, facts };
  },
  columns: { subject: "text" },
  columnsOf: (_, { subject }) => ({ subject }),
  indexes: [["subject"]],
};

export function yearId(subject: string, year: number): string {
  return `${subject}/${year}`;
}

/** Subject of a row: the id up to its last `/` (a subject may hold others). */
export function subjectOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}
