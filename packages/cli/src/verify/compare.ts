/** What the store holds against what the oracle says. Pure. */
import type { Version } from "@sanfen/events";
import { formatDay, type Day } from "@sanfen/model";
import type { SaidOfEnterprise } from "./enterprise.ts";
import type { Kept } from "./kept.ts";
import type { Closed, Closings, SaidOfRegion, Shard } from "./oracle.ts";

export type What = "grade" | "tally" | "closing" | "colour" | "control";

/** One thing that is not as it should be. `expected` is the oracle's; null where one side has nothing. */
export interface Difference {
  readonly what: What;
  /** Enterprise; region|rulebook|partition; region@day; region. */
  readonly key: string;
  /** The parts that differ, by name. */
  readonly parts: Readonly<Record<string, { readonly expected: unknown; readonly found: unknown }>>;
}

export interface Comparison {
  readonly compared: Readonly<Record<Exclude<What, "control">, number>>;
  /** Rows that were written while they were read, newer than what was recomputed. */
  readonly moved: number;
  readonly differences: readonly Difference[];
}

export interface Recomputed {
  readonly shards: readonly Shard[];
  readonly closings: Closings;
}

/** Compares everything; tallies, closings and colours only where the region aggregator had taken all in. */
export function compare(expected: Recomputed, kept: Kept): Comparison {
  const tally = new Tally(kept.folded);
  compareGrades(expected, kept, tally);
  if (kept.behind.length === 0) {
    const moving = compareTallies(expected, kept, tally);
    compareClosings(expected, kept, tally, moving);
    compareColours(expected, kept, tally, moving);
  }
  return tally;
}

class Tally implements Comparison {
  readonly compared = { grade: 0, tally: 0, closing: 0, colour: 0 };
  readonly differences: Difference[] = [];
  readonly #folded: Kept["folded"];
  moved = 0;

  constructor(folded: Kept["folded"]) {
    this.#folded = folded;
  }

  /** Whether something of a partition of the facts is newer than what was recomputed. */
  isNewer(partition: number, { epoch, at }: Version): boolean {
    const folded = this.#folded[partition];
    return !folded || (epoch === folded.epoch ? at >= folded.offset : epoch > folded.epoch);
  }

  /** Compares the parts of one thing that `expected` names; null where a side has none. */
  compare(what: Exclude<What, "control">, key: string, expected: object | null, found: object | null): void {
    this.compared[what] += 1;
    this.judge(what, key, expected, found);
  }

  judge(what: What, key: string, expected: object | null, found: object | null): void {
    const parts = partsThatDiffer(expected, found);
    if (Object.keys(parts).length > 0) this.differences.push({ what, key, parts });
  }
}

function compareGrades({ shards }: Recomputed, { grades }: Kept, tally: Tally): void {
  const missing = new Map<string, SaidOfEnterprise>();
  for (const shard of shards) for (const [subject, said] of shard.grades) missing.set(subject, said);
  for (const { id, partition, version, doc } of grades) {
    const said = shards[partition]?.grades.get(id) ?? null;
    missing.delete(id);
    if (tally.isNewer(partition, version)) tally.moved += 1;
    else tally.compare("grade", id, said, doc);
  }
  for (const [subject, said] of missing) tally.compare("grade", subject, said, null);
}

/** Answers the regions whose tallies have moved on. */
function compareTallies({ shards }: Recomputed, { tallies }: Kept, tally: Tally): Set<string> {
  const moving = new Set<string>();
  const seen = new Set<string>();
  for (const { doc } of tallies) {
    for (const [source, layers] of Object.entries(doc.sources)) {
      const group = `${doc.region}|${doc.rulebook}`;
      const layer = layers.at(-1);
      seen.add(`${group}|${source}`);
      if (layer && tally.isNewer(Number(source), layer.version)) {
        tally.moved += 1;
        moving.add(doc.region);
        continue;
      }
      const expected = withoutZeros(shards[Number(source)]?.counts.get(group) ?? {});
      const key = `${group}|${source}`;
      tally.compare("tally", key, { counts: expected }, { counts: withoutZeros(layer?.counts ?? {}) });
    }
  }
  for (const [source, shard] of shards.entries()) {
    for (const [group, counts] of shard.counts) {
      const expected = withoutZeros(counts);
      if (seen.has(`${group}|${source}`) || Object.keys(expected).length === 0) continue;
      tally.compare("tally", `${group}|${source}`, { counts: expected }, null);
    }
  }
  return moving;
}

/** Adds the regions that have closed later than was recomputed to `moving`. */
function compareClosings({ closings }: Recomputed, kept: Kept, tally: Tally, moving: Set<string>): void {
  const last = closings.last?.number ?? -1;
  const regions = closingsByRegion(kept);
  for (const code of closings.regions.keys()) if (!regions.has(code)) regions.set(code, new Map());
  for (const [code, found] of regions) {
    const expected = closings.regions.get(code);
    for (const day of new Set([...(expected?.keys() ?? []), ...found.keys()])) {
      const other = found.get(day);
      if (other && other.number > last) {
        tally.moved += 1;
        moving.add(code);
      } else {
        tally.compare("closing", `${code}@${formatDay(day)}`, flat(expected?.get(day)), flat(other));
      }
    }
  }
}

/** The records of days, by region. */
function closingsByRegion(kept: Kept): Map<string, Map<Day, Closed>> {
  const regions = new Map<string, Map<Day, Closed>>();
  for (const { doc } of kept.closings) {
    const days = regions.get(doc.code) ?? new Map<Day, Closed>();
    regions.set(doc.code, days);
    for (const closed of doc.days) {
      const { asOf } = closed.colour;
      if ((days.get(asOf)?.number ?? -1) <= closed.number) days.set(asOf, closed);
    }
  }
  return regions;
}

function flat(closed: Closed | undefined): object | null {
  return closed ? { number: closed.number, ...closed.colour } : null;
}

/**
 * What a region shows is its last closing, or its live state where something has changed since. Whether something
 * changed and came back is no matter of the facts but of their order, and so not asked for.
 */
function compareColours({ closings }: Recomputed, kept: Kept, tally: Tally, moving: ReadonlySet<string>): void {
  for (const { id, doc } of kept.colours) {
    const live = closings.live(id);
    const closed = [...(closings.regions.get(id)?.values() ?? [])].at(-1)?.colour;
    // Its region has left the scheme: the row stands as it was closed last.
    const expected = doc.provisional ? live : closed;
    if (moving.has(id) || isLater(doc.asOf, closings)) {
      tally.moved += 1;
      continue;
    }
    const { cause: _, version: __, ...found } = doc;
    tally.compare("colour", id, expected ? withoutCause(expected) : null, found);
    if (!doc.provisional && live && live.rulebook === doc.rulebook) {
      // A change since the closing would have been shown.
      const { counts, enterprises, passRate, coverage } = live;
      tally.judge("colour", id, { counts, enterprises, passRate, coverage }, doc);
    }
  }
  const shown = new Set(kept.colours.map(({ id }) => id));
  for (const [code, days] of closings.regions) {
    if (!shown.has(code)) tally.compare("colour", code, [...days.values()].at(-1)!.colour, null);
  }
}

function isLater(day: number, { last }: Closings): boolean {
  return last === undefined || day > last.day;
}

function withoutCause({ cause: _, ...said }: SaidOfRegion): Omit<SaidOfRegion, "cause"> {
  return said;
}

function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function partsThatDiffer(expected: object | null, found: object | null): Difference["parts"] {
  if (!expected || !found) return { "": { expected, found } };
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, value]) => {
      const other: unknown = (found as Record<string, unknown>)[name];
      return canonical(value) === canonical(other) ? [] : [[name, { expected: value, found: other }]];
    }),
  );
}

/** JSON with the members of objects in one order: what was stored as Avro and what was computed are equal so. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
