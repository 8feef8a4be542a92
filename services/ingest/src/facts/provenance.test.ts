import { makeUscc } from "@sanfen/model";
import { afterEach, expect, it } from "vitest";
import { startInstallation, type Installation } from "../testing/installation.ts";

let installation: Installation | undefined;
afterEach(() => installation?.stop());

async function send(id: string, simulated: boolean): Promise<{ status: number; detail?: string }> {
  const subject = makeUscc("9", "1", "330402", 1);
  const fact = {
    id,
    subject,
    kind: "inspection",
    occurredOn: "2026-11-20",
    source: "t",
    simulated,
    body: { result: "pass" },
  };
  const response = await fetch(`${installation!.address}/v1/facts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([fact]),
  });
  const { detail } = (await response.json()) as { detail?: string };
  return { status: response.status, ...(detail !== undefined && { detail }) };
}

it("refuses real facts once the installation holds simulated ones, also after a restart", async () => {
  const first = await startInstallation({ env: { SANFEN_DEMO: "simulated" } });
  installation = first;
  expect(await send("s1", true)).toMatchObject({ status: 202 });
  const refused = { status: 409, detail: expect.stringContaining("sanfen start --fresh") };
  expect(await send("r1", false)).toMatchObject(refused);
  await first.halt();
  installation = await startInstallation({ directory: first.directory });
  expect(await send("r1", false)).toMatchObject(refused);
  expect(await send("s2", true)).toMatchObject({ status: 409 });
  expect((await installation.facts()).map(({ id }) => id)).toEqual(["s1"]);
});

it("refuses simulated facts once the installation holds real ones", async () => {
  installation = await startInstallation({ env: { SANFEN_DEMO: "simulated" } });
  expect(await send("r1", false)).toMatchObject({ status: 202 });
  expect(await send("s1", true)).toMatchObject({ status: 409 });
  expect(await send("r2", false)).toMatchObject({ status: 202 });
});
