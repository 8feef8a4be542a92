import { defineConfig, type ViteUserConfig } from "vitest/config";
import { ROOT, runsAlone, testFiles } from "./run/files.ts";

const files = testFiles();
const alone = files.filter(runsAlone).map(({ path }) => path);
const together = files.filter((file) => !runsAlone(file)).map(({ path }) => path);

/** First what needs nothing, side by side; then, one file after the other, what starts servers, browsers, processes. */
const config: ViteUserConfig = defineConfig({
  test: {
    root: ROOT,
    pool: "forks",
    silent: "passed-only",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "together", include: together, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});

export default config;
