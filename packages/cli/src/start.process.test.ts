/** The command as people run it: real processes, real files, real ports. */
import { createServer } from "node:http";
import { readdir, writeFile, readFile } from "node:fs/promises";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EXIT } from "./exit.ts";
import { CliProcess, temporaryDirectory } from "./testing/process.ts";

interface Region {
  readonly colour: string;
  readonly enterprises: number;
}

const SMALL = { SANFEN_TEST_DEMO_YEARS: "0.15", SANFEN_TEST_DEMO_ENTERPRISES: "400", SANFEN_LISTEN: "127.0.0.1:0" };
const LONG_MS = 120_000;

async function place(): Promise<{ SANFEN_DATA: string; parent: string }> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  return { SANFEN_DATA: join(directory.path, "data"), parent: directory.path };
}

function cli(args: readonly string[], env: Readonly<Record<string, string>>): CliProcess {
  const child = new CliProcess(args, { ...SMALL, ...env });
  onTestFinished(async () => {
    await child.stop("SIGKILL");
  });
  return child;
}

async function get<T>(address: string, path: string): Promise<T> {
  return (await (await fetch(address + path)).json()) as T;
}

async function parts(address: string): Promise<readonly Region[]> {
  return (await get<{ items: Region[] }>(address, "/v1/regions/3304/children")).items;
}

describe("sanfen start", { timeout: LONG_MS }, () => {
  it("creates the demo, colours the map, refuses real facts and a second start, stops at SIGTERM and starts again", async () => {
    const { SANFEN_DATA } = await place();
    const first = cli(["start"], { SANFEN_DATA });
    const address = await first.address();
    await first.says(/the demo is ready: \d+ simulated facts/);
    const regions = await parts(address);
    expect(regions.length).toBe(7);
    for (const { colour } of regions) expect(["red", "orange", "yellow", "green"]).toContain(colour);
    expect(regions.reduce((sum, { enterprises }) => sum + enterprises, 0)).toBeGreaterThan(350);

    const fact = { id: "r-1", subject: "91350100M000100Y43", kind: "complaint", occurredOn: "2024-01-02", source: "x" };
    const refused = await fetch(`${address}/v1/facts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fact),
    });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("sanfen start --fresh");

    const second = cli(["start"], { SANFEN_DATA });
    expect(await second.ended).toBe(EXIT.busy);
    expect(second.err).toMatch(/another process is using the data directory .*\n {2}→ stop that process first/);

    expect(await first.stop("SIGTERM")).toBe(EXIT.ok);
    const again = cli(["start"], { SANFEN_DATA });
    expect(await parts(await again.address())).toHaveLength(7);
    expect(await again.stop("SIGINT")).toBe(EXIT.ok);
    expect(again.out + again.err).not.toContain("the demo is ready");
  });

  it("finishes at the next start the demo that a kill interrupted", async () => {
    const { SANFEN_DATA } = await place();
    const env = { SANFEN_DATA, SANFEN_TEST_DEMO_YEARS: "1" };
    const killed = cli(["start"], env);
    await killed.says(/Creating the simulated demo: \d+ %/);
    await killed.stop("SIGKILL");
    const next = cli(["start"], env);
    const address = await next.address();
    await next.says(/the demo is ready/);
    for (const { colour } of await parts(address)) expect(colour).not.toBe("none");
    expect(await next.stop()).toBe(EXIT.ok);
  });

  it("says whose port it is and how to take another", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { SANFEN_DATA } = await place();
    const refused = cli(["start"], { SANFEN_DATA, SANFEN_LISTEN: `127.0.0.1:${port}`, SANFEN_DEMO: "off" });
    expect(await refused.ended).toBe(EXIT.busy);
    expect(refused.err).toContain(`127.0.0.1:${port} is in use`);
    expect(refused.err).toContain(`SANFEN_LISTEN=127.0.0.1:${port + 1}`);
  });

  it("moves the data aside for a fresh beginning without a demo, and takes an import then", async () => {
    const { SANFEN_DATA, parent } = await place();
    const demo = cli(["start"], { SANFEN_DATA });
    await demo.says(/the demo is ready/);
    await demo.stop();
    const fresh = cli(["start", "--fresh"], { SANFEN_DATA });
    const address = await fresh.address();
    await fresh.says(/what was there is now in .*data\.\d+T\d+; to get it back/);
    expect((await readdir(parent)).filter((name) => name.startsWith("data."))).toHaveLength(1);
    expect((await parts(address)).every(({ enterprises }) => enterprises === 0)).toBe(true);

    const file = join(parent, "rows.csv");
    await writeFile(
      file,
      "nr,code,result,day\n1,91350100M000100Y43,pass,2024-03-04\n2,91350100M000100Y4Z,pass,2024-03-04\n",
    );
    const mapping = join(parent, "rows.mapping.json");
    await writeFile(mapping, JSON.stringify(MAPPING));
    const rejects = join(parent, "rejects.csv");
    const args = ["import", file, "--mapping", mapping, "--to", address, "--rejects", rejects];
    const imported = cli([...args, "--json"], {});
    expect(await imported.ended).toBe(EXIT.differences);
    expect(JSON.parse(imported.out)).toMatchObject({ state: "done", rows: 2, accepted: 1, rejected: 1 });
    expect(await readFile(rejects, "utf8")).toContain("91350100M000100Y4Z");
    const timeline = async (): Promise<number> =>
      (await fetch(`${address}/v1/enterprises/91350100M000100Y43/timeline`)).status;
    await expect.poll(timeline, { timeout: 20_000 }).toBe(200);
    expect(await fresh.stop()).toBe(EXIT.ok);
  });

  it("takes simulated facts from outside, and live ones until it is interrupted", async () => {
    const { SANFEN_DATA, parent } = await place();
    const server = cli(["start"], { SANFEN_DATA });
    const address = await server.address();
    await server.says(/the demo is ready/);
    const live = cli(["simulate", "--live", "--rate", "50", "--enterprises", "400", "--to", address], {});
    await live.says(/50 a second/);
    await expect.poll(async () => (await metric(address)) > 20, { timeout: 20_000 }).toBe(true);
    expect(await live.stop("SIGINT")).toBe(EXIT.ok);
    expect(live.out).toMatch(/\d+ simulated facts, 0 refused/);
    await server.stop();

    const out = join(parent, "facts.ndjson");
    const file = cli(["simulate", "--years", "0.05", "--enterprises", "20", "--out", out, "--json"], {});
    expect(await file.ended).toBe(EXIT.ok);
    const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(JSON.parse(file.out)).toEqual({ facts: lines.length, rejected: 0 });
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ simulated: true });
  });
});

describe("tour, doctor, replay and verify", { timeout: LONG_MS }, () => {
  it("walk, look, rebuild and find no difference", async () => {
    const { SANFEN_DATA } = await place();
    const tour = cli(["tour", "--yes", "--json"], { SANFEN_DATA, SANFEN_TEST_DEMO_YEARS: "0.5" });
    expect(await tour.ended).toBe(EXIT.ok);
    const seen = JSON.parse(tour.out) as {
      sent: { fact: string; before: { score: number }; after: { score: number } };
      task: { cause: string };
    };
    expect(seen.sent.after.score).toBeGreaterThanOrEqual(seen.sent.before.score + 8);
    expect(seen.task.cause).toBe(seen.sent.fact);

    const doctor = cli(["doctor", "--json"], { SANFEN_DATA });
    expect(await doctor.ended).toBe(EXIT.ok);
    const { findings } = JSON.parse(doctor.out) as { findings: { name: string; ok: boolean }[] };
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["node", "clock", "site", "data", "log", "store"]),
    );

    const replay = cli(["replay", "--wait"], { SANFEN_DATA });
    expect(await replay.ended).toBe(EXIT.ok);
    const verify = cli(["verify", "--json"], { SANFEN_DATA });
    const code = await verify.ended;
    expect((JSON.parse(verify.out) as { differences: unknown[] }).differences).toEqual([]);
    expect(code).toBe(EXIT.ok);
  });
});

const MAPPING = {
  name: "rows",
  title: { zh: "行", en: "Rows" },
  source: "test",
  columns: {
    nr: { example: "1" },
    code: { example: "91350100M000100Y43" },
    result: { example: "pass" },
    day: { example: "2024-03-04" },
  },
  facts: [
    {
      name: "inspection",
      fact: {
        id: "rows:{nr}",
        subject: "{code}",
        kind: "inspection",
        occurredOn: "{day}",
        body: { result: "{result}" },
      },
    },
  ],
};

async function metric(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const values = [...text.matchAll(/^sanfen_facts_total\{.*result="accepted".*\} (\d+)$/gm)].map(([, value]) =>
    Number(value),
  );
  return values.reduce((sum, value) => sum + value, 0);
}
