import type { Log } from "@sanfen/log";
import { RULEBOOKS } from "@sanfen/rulebook";
import { loadSite } from "@sanfen/service";
import { appendControl, missingDocuments, tick } from "@sanfen/stream";
import { afterEach, expect, test, vi } from "vitest";
import { startGateway, type TestGateway } from "./testing/gateway-harness.ts";
import { colour } from "./testing/samples.ts";

let gateway: TestGateway | undefined;
afterEach(async () => {
  await gateway?.stop();
});

interface Answer {
  readonly [field: string]: unknown;
  readonly regions: { readonly code: string }[];
  readonly rulebooks: Record<string, unknown>[];
}

async function ask(): Promise<Answer> {
  const response = await fetch(`${gateway!.url}/v1/site`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

test("before there are documents: the site that the process was started with", async () => {
  const { site } = await loadSite("jiaxing");
  gateway = await startGateway({ site });
  const answer = await ask();
  expect(answer).toMatchObject({
    name: "jiaxing",
    title: { zh: "嘉兴市", en: "Jiaxing" },
    root: "33",
    clock: "calendar",
    zone: "Asia/Shanghai",
    simulated: false,
  });
  expect(answer.regions).toEqual(site.regions);
  expect(answer["levels"]).toEqual(site.levels);
  expect(answer.rulebooks).toEqual([
    {
      key: "jiaxing-2021@1",
      title: RULEBOOKS.find(({ id }) => id === "jiaxing-2021")!.title,
      grades: [
        expect.objectContaining({ id: expect.any(String), title: { zh: expect.any(String), en: expect.any(String) } }),
        expect.anything(),
      ],
      illustrative: true,
    },
  ]);
});

test("then what the documents say: those that wait while there are no others, else those in force", async () => {
  const { site } = await loadSite("chicago");
  const other = (await loadSite("jiaxing")).site;
  gateway = await startGateway({ site: other });
  const { log } = gateway.platform;
  await say(log, site);
  expect(await ask()).toMatchObject({ name: "chicago", clock: "records" });
  await appendControl(log, [tick(0, 15_000, "test")]);
  await appendControl(log, missingDocuments({ ...site, root: "other" }, RULEBOOKS, noDocuments(), "test").slice(0, 1));
  const answer = await ask();
  expect(answer).toMatchObject({ name: "chicago", root: "chicago" });
  expect(answer.regions).toHaveLength(site.regions.length);
  expect(answer.rulebooks.map(({ key }) => key)).toEqual(["chicago-2014@1"]);
});

test("simulated, as soon as anything shown is", async () => {
  gateway = await startGateway({ rows: { Colour: [colour("33", 1, { simulated: true })] } });
  await vi.waitUntil(async () => (await ask())["simulated"] === true, { interval: 5 });
});

function noDocuments() {
  return { site: null, scheme: [], catalogue: [], rulebooks: [], bindings: [] };
}

async function say(log: Log, site: Parameters<typeof missingDocuments>[0]): Promise<void> {
  await appendControl(log, missingDocuments(site, RULEBOOKS, noDocuments(), "test"));
}
