import { memoryBroker, type Log } from "@sanfen/log";
import { openMemoryStore, type MemoryData } from "@sanfen/store";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verify } from "../../packages/cli/src/verify/command.ts";
import { beginning, histories, ticksAfter, type Period } from "./history.ts";
import { appendFacts, ensureTopics, settled, startProcess, type Process } from "./installation.ts";
import { appendControl } from "@sanfen/stream";
import { setImmediate as nextTurn } from "node:timers/promises";

const PARTITIONS = 2;

/** When the process is killed: so many turns of the event loop after a period came in. Another takes over at once. */
interface Kill {
  readonly period: number;
  readonly turns: number;
}

const kills: fc.Arbitrary<Kill[]> = fc.array(fc.record({ period: fc.nat({ max: 6 }), turns: fc.nat({ max: 60 }) }), {
  minLength: 1,
  maxLength: 5,
});

const paces = fc.record({ flushMs: fc.constantFrom(0, 1, 4), maxRecords: fc.integer({ min: 1, max: 12 }) });

/**
 * Nobody waits for anybody here: ticks and facts race on their way into the partitions, and what a killed process had
 * begun to write may still arrive after its successor has begun. What is right is what the log came to hold.
 */
async function happen(
  periods: readonly Period[],
  kills: readonly Kill[],
  pace: { flushMs: number; maxRecords: number },
): Promise<void> {
  const broker = memoryBroker();
  const data: MemoryData = new Map();
  const log = broker.connect();
  const store = openMemoryStore(data);
  await ensureTopics(log, PARTITIONS);
  const start = async (): Promise<{ at: Log; process: Process }> => {
    const at = broker.connect();
    return { at, process: await startProcess(at, openMemoryStore(data), PARTITIONS, pace) };
  };
  let current = await start();
  try {
    await appendControl(log, beginning());
    for (const [i, tick] of ticksAfter(periods).entries()) {
      const coming = [appendFacts(log, PARTITIONS, periods[i]!.facts, 3), appendControl(log, [tick])];
      for (const { turns } of kills.filter(({ period }) => period === i)) {
        for (let turn = 0; turn < turns; turn += 1) await nextTurn();
        broker.crash(current.at);
        current = await start();
      }
      await Promise.all(coming);
    }
    await settled(log, store, PARTITIONS).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${current.process.failures.join("; ")}`);
    });
    await current.process.stop();
    const report = await verify({ log, store, partitions: PARTITIONS });
    expect(report.behind).toEqual([]);
    expect(report.differences).toEqual([]);
  } finally {
    await broker.close();
  }
}

describe("a process killed at any moment", () => {
  it("leaves what its successor makes right", async () => {
    await fc.assert(fc.asyncProperty(histories, kills, paces, happen), {
      numRuns: 120,
      interruptAfterTimeLimit: 17_000,
      markInterruptAsFailure: false,
    });
  });
});
