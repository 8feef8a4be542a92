/** `pnpm bench fold`: six simulated years from the log to stored colours, embedded, beside the plain read of the same log. */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measured } from "./child.ts";
import { figureLine, median, ratioLine } from "./report.ts";

interface FoldRun {
  readonly seconds: number;
  readonly plainSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

const PARTITIONS = "2";

export async function benchFold(runs: number, days: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "sanfen-bench-"));
  try {
    const prepared = join(root, "prepared");
    await mkdir(prepared);
    const { facts } = await measured<{ facts: number }>("fold-prepare.ts", [prepared, PARTITIONS, String(days)]);
    const results: FoldRun[] = [];
    for (let run = 0; run < runs; run += 1) {
      const directory = join(root, `run-${run}`);
      await cp(prepared, directory, { recursive: true });
      results.push(await measured<FoldRun>("fold-run.ts", [directory, PARTITIONS]));
      await rm(directory, { recursive: true });
    }
    const all = (of: (run: FoldRun) => number): number[] => results.map(of);
    console.log(
      `fold: ${facts.toLocaleString("en")} simulated facts of 7,000 enterprises, ${days} days, ${PARTITIONS} partitions, SQLite`,
    );
    console.log(
      figureLine({
        name: "from log to stored colours",
        unit: "facts/s",
        values: all(({ seconds }) => facts / seconds),
      }),
    );
    console.log(
      figureLine({
        name: "plain read of the same log, beside it",
        unit: "facts/s",
        values: all(({ plainSeconds }) => facts / plainSeconds),
      }),
    );
    console.log(
      ratioLine(
        "ratio: time folding / time reading",
        median(all(({ seconds, plainSeconds }) => seconds / plainSeconds)),
      ),
    );
    console.log(
      figureLine({
        name: "processor time, all threads",
        unit: "s",
        values: all(({ cpuSeconds }) => cpuSeconds),
        digits: 1,
      }),
    );
    console.log(figureLine({ name: "resident memory, highest", unit: "MB", values: all(({ peakMb }) => peakMb) }));
    console.log(
      figureLine({
        name: "event loop delay meanwhile, p99",
        unit: "ms",
        values: all(({ loopP99Ms }) => loopP99Ms),
        digits: 1,
      }),
    );
    console.log(
      figureLine({
        name: "event loop delay meanwhile, longest",
        unit: "ms",
        values: all(({ loopMaxMs }) => loopMaxMs),
        digits: 1,
      }),
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
