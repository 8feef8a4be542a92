import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createMetrics, SERVICE_NAMES } from "@sanfen/service";
import { findPromtool } from "@sanfen/service/testing";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../run/files.ts";

const folder = join(ROOT, "deploy", "prometheus");
let promtool: string;

beforeAll(async () => {
  promtool = await findPromtool();
});

/** What promtool prints; rejects with it when it finds something wrong. */
async function ask(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(promtool, args, { cwd: folder });
  return stdout;
}

test.each([
  ["the configuration", ["check", "config", "prometheus.yml"]],
  ["the rules", ["check", "rules", "rules.yaml"]],
  ["what the rules say when", ["test", "rules", "rules.test.yaml"]],
])("promtool takes %s", async (_, args) => {
  await expect(ask(...args)).resolves.toContain("SUCCESS");
});

test("every rule has been seen to fire", () => {
  const alerts = readFileSync(join(folder, "rules.yaml"), "utf8").matchAll(/- alert: (\w+)/g);
  const tests = readFileSync(join(folder, "rules.test.yaml"), "utf8");
  const unseen = [...alerts]
    .map(([, name]) => name!)
    .filter((name) => !tests.includes(`alertname: ${name}\n        exp_alerts:`));
  expect(unseen).toEqual([]);
});

test("the rules ask for metrics that there are", async () => {
  const { registry } = createMetrics();
  const known = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name));
  const asked = readFileSync(join(folder, "rules.yaml"), "utf8").match(/\bsanfen_\w+/g) ?? [];
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

test("all services are watched", () => {
  const { scrape_configs: jobs } = parse(readFileSync(join(folder, "prometheus.yml"), "utf8")) as {
    scrape_configs: { static_configs: { targets: string[]; labels: { process: string } }[] }[];
  };
  const watched = jobs.flatMap((job) => job.static_configs).map(({ targets, labels }) => [labels.process, ...targets]);
  expect(watched).toEqual(SERVICE_NAMES.map((name) => [name, `${name}:8080`]));
});
