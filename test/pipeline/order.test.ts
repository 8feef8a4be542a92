import type { Fact } from "@sanfen/events";
import { memoryBroker, type Log } from "@sanfen/log";
import { openMemoryStore, type MemoryData } from "@sanfen/store";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verify } from "../../packages/cli/src/verify/command.ts";
import { beginning, histories, ticksAfter, type Period } from "./history.ts";
import { appendAndRelay, appendFacts, ensureTopics, settled, startProcess, type Pace } from "./installation.ts";
import { verdictsOf, type Verdicts } from "./verdicts.ts";

const PARTITIONS = 2;

/** How a history comes in, and who works on it. */
interface Course {
  readonly pace: Pace;
  /** Facts a list, as appended. */
  readonly listSize: number;
  /** A second process joins before this period, and the first ends, cleanly or not, before that one. */
  readonly second?: { readonly joins: number; readonly firstEnds: number; readonly killed: boolean };
}

const courses: fc.Arbitrary<Course> = fc.record(
  {
    pace: fc.record({ flushMs: fc.constantFrom(1, 3, 10, 60), maxRecords: fc.integer({ min: 1, max: 40 }) }),
    listSize: fc.integer({ min: 1, max: 12 }),
    second: fc.record({
      joins: fc.integer({ min: 0, max: 3 }),
      firstEnds: fc.integer({ min: 1, max: 5 }),
      killed: fc.boolean(),
    }),
  },
  { requiredKeys: ["pace", "listSize"] },
);

const PLAIN: Course = { pace: { flushMs: 5, maxRecords: 1_000 }, listSize: 1_000 };

/** Lets a history happen; answers what the store holds at its end, once the oracle has found no difference in it. */
async function happen(periods: readonly Period[], course: Course): Promise<Verdicts> {
  const broker = memoryBroker();
  const data: MemoryData = new Map();
  const log = broker.connect();
  const store = openMemoryStore(data);
  await ensureTopics(log, PARTITIONS);
  const start = async (): Promise<{ at: Log; process: Awaited<ReturnType<typeof startProcess>> }> => {
    const at = broker.connect();
    return { at, process: await startProcess(at, openMemoryStore(data), PARTITIONS, course.pace) };
  };
  const first = await start();
  let second: Awaited<ReturnType<typeof start>> | undefined;
  let firstEnded = false;
  try {
    await appendAndRelay(log, store, beginning());
    for (const [i, tick] of ticksAfter(periods).entries()) {
      if (course.second?.joins === i) second = await start();
      await appendFacts(log, PARTITIONS, periods[i]!.facts, course.listSize);
      if (second && course.second!.firstEnds <= i && !firstEnded) {
        firstEnded = true;
        if (course.second!.killed) broker.crash(first.at);
        else await first.process.stop();
      }
      if (i < periods.length - 1) await appendAndRelay(log, store, [tick]);
    }
    await settled(log, store, PARTITIONS);
    const report = await verify({ log, store, partitions: PARTITIONS });
    expect(report.behind).toEqual([]);
    expect(report.differences).toEqual([]);
    expect([...first.process.failures, ...(second?.process.failures ?? [])]).toEqual([]);
    return await verdictsOf(log, store, PARTITIONS);
  } finally {
    if (!firstEnded) await first.process.stop();
    await second?.process.stop();
    await broker.close();
  }
}

/** Each list in another order, with some of its facts twice. */
function shuffled(periods: readonly Period[]): fc.Arbitrary<readonly Period[]> {
  return fc.tuple(...periods.map((period) => reordered(period.facts).map((facts) => ({ ...period, facts }))));
}

function reordered(facts: readonly Fact[]): fc.Arbitrary<Fact[]> {
  if (facts.length === 0) return fc.constant([]);
  return fc
    .tuple(fc.array(fc.nat({ max: facts.length - 1 }), { maxLength: 4 }), fc.infiniteStream(fc.nat({ max: 1 << 20 })))
    .map(([again, keys]) => {
      const all = [...facts, ...again.map((i) => facts[i]!)];
      const placed = all.map((fact) => ({ fact, key: keys.next().value as number }));
      return placed.sort((a, b) => a.key - b.key).map(({ fact }) => fact);
    });
}

/** The same facts, each in whichever period: late ones that come early, and the other way round. */
function scattered(periods: readonly Period[]): fc.Arbitrary<readonly Period[]> {
  const all = periods.flatMap(({ facts }) => facts);
  return fc
    .array(fc.nat({ max: periods.length - 1 }), { minLength: all.length, maxLength: all.length })
    .map((places) => periods.map((period, i) => ({ ...period, facts: all.filter((_, place) => places[place] === i) })));
}

const BUDGET = { numRuns: 60, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false };

describe("the order in which facts come", () => {
  it("between two ticks changes no grade and no closing, however they are cut, and whoever works on them", async () => {
    await fc.assert(
      fc.asyncProperty(
        histories.chain((periods) => fc.tuple(fc.constant(periods), shuffled(periods))),
        courses,
        async ([periods, other], course) => {
          const plain = await happen(periods, PLAIN);
          const again = await happen(other, course);
          expect(again).toEqual(plain);
        },
      ),
      BUDGET,
    );
  });

  it("across ticks changes no grade and no tally in the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        histories.chain((periods) => fc.tuple(fc.constant(periods), scattered(periods))),
        courses,
        async ([periods, other], course) => {
          const { grades, tallies } = await happen(periods, PLAIN);
          const again = await happen(other, course);
          expect(again.grades).toEqual(grades);
          expect(again.tallies).toEqual(tallies);
        },
      ),
      BUDGET,
    );
  });
});
