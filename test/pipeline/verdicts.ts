/** What a store holds of the verdicts, without what tells when each was computed. */
import type { Log } from "@sanfen/log";
import type { Store } from "@sanfen/store";
import { readKept } from "../../packages/cli/src/verify/kept.ts";

export interface Verdicts {
  /** By enterprise; the day on which a grade last came to say something else is no part of it. */
  readonly grades: Readonly<Record<string, unknown>>;
  /** By region|rulebook|partition: how many of what. */
  readonly tallies: Readonly<Record<string, unknown>>;
  /** By region and day, with the number of the tick. */
  readonly closings: Readonly<Record<string, unknown>>;
  /** By region; whether it is provisional and what moved it last depend on the order of what came. */
  readonly colours: Readonly<Record<string, unknown>>;
}

export async function verdictsOf(log: Log, store: Store, partitions: number): Promise<Verdicts> {
  const kept = await readKept({ log, store, partitions, waitMs: 0 });
  if (kept.behind.length > 0) throw new Error(kept.behind.join("; "));
  return {
    grades: Object.fromEntries(kept.grades.map(({ id, doc: { version: _, asOf: __, ...said } }) => [id, plain(said)])),
    tallies: Object.fromEntries(
      kept.tallies.flatMap(({ id, doc }) =>
        Object.entries(doc.sources)
          .map(([source, layers]) => [`${id}|${source}`, withoutZeros(layers.at(-1)?.counts ?? {})] as const)
          .filter(([, counts]) => Object.keys(counts).length > 0),
      ),
    ),
    closings: Object.fromEntries(
      kept.closings.flatMap(({ doc }) =>
        doc.days.map(({ number, colour }) => [`${doc.code}@${colour.asOf}`, plain({ number, ...colour })]),
      ),
    ),
    colours: Object.fromEntries(
      kept.colours.map(
        ({ id, doc: { version: _, provisional: __, cause: ___, asOf: ____, previousColour: _____, ...said } }) => [
          id,
          plain(said),
        ],
      ),
    ),
  };
}

function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
