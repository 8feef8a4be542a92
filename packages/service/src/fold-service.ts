/** The background part of a service that runs machines of the stream. */
import { run, type MachineKind, type Run } from "@sanfen/stream";
import type { Platform, Running } from "./service.ts";
import { surroundingsOf } from "./surroundings.ts";

/** Runs the machines until stopped; ready when all are. */
export async function startMachines(platform: Platform, kinds: readonly MachineKind[]): Promise<Running> {
  const around = surroundingsOf(platform);
  const runs: Run[] = [];
  const { batchRecords: maxRecords, threads } = platform.config;
  for (const kind of kinds) runs.push(await run(kind, around, { maxRecords, threads }));
  return {
    readiness: () => {
      const reasons = runs.flatMap((each) => each.readiness());
      return { ready: reasons.length === 0, reasons };
    },
    stop: async () => {
      await Promise.all(runs.map((each) => each.stop()));
    },
  };
}
