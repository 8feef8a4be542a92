import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chanceFrom } from "../pipeline/chance.ts";
import { undergo } from "./ordeal.ts";

const seed = Number(process.env["SANFEN_TEST_SEED"] ?? Date.now() % 1_000_000);

describe("an embedded installation killed with -9", () => {
  it(`twenty times at random moments holds what the log says (seed ${seed})`, { timeout: 180_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "sanfen-kill-"));
    try {
      const outcome = await undergo({
        dataDir,
        logUrl: "sqlite:log.db",
        storeUrl: "sqlite:state.db",
        partitions: 2,
        kills: 20,
        patientEvery: 0,
        chance: chanceFrom(seed),
      });
      expect(outcome.lost).toEqual([]);
      expect(outcome.report.behind).toEqual([]);
      expect(outcome.report.differences).toEqual([]);
      // It was put to something.
      expect(outcome.acknowledged).toBeGreaterThan(500);
      expect(outcome.report.compared.closing).toBe(outcome.days * outcome.regions);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
