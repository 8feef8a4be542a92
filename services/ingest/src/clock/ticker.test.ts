import { dayInZone, midnight } from "@sanfen/model";
import { appendControl, tick } from "@sanfen/stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startInstallation, type Installation } from "../testing/installation.ts";

const ZONE = "Asia/Shanghai";
const now = (): number => performance.timeOrigin + performance.now();
let installation: Installation | undefined;
afterEach(() => installation?.stop());

async function ticks(): Promise<{ day: number; instant: number; actor: string }[]> {
  return (await installation!.controls())
    .filter(({ kind }) => kind === "tick")
    .map(({ day, instant, actor }) => ({ day, instant, actor }));
}

describe("the clock of a calendar site", () => {
  it("begins with the midnight of today, after the documents of the site", async () => {
    installation = await startInstallation();
    await vi.waitFor(async () => expect(await ticks()).not.toHaveLength(0));
    const controls = await installation.controls();
    expect(controls.slice(0, 5).map(({ kind }) => kind)).toEqual([
      "site",
      "scheme",
      "catalogue",
      "rulebook",
      "binding",
    ]);
    const today = dayInZone(now(), ZONE);
    expect((await ticks())[0]).toEqual({ day: today, instant: midnight(today, ZONE), actor: "clock" });
  });

  it("does not publish documents twice", async () => {
    const first = await startInstallation();
    installation = first;
    await vi.waitFor(async () => expect(await ticks()).not.toHaveLength(0));
    await first.halt();
    installation = await startInstallation({ directory: first.directory });
    await vi.waitFor(async () => expect((await installation!.server.readiness()).reasons).toEqual([]));
    const documents = (await installation.controls()).filter(({ kind }) => kind !== "tick");
    expect(documents).toHaveLength(5);
  });

  it("waits for a simulation to come to today, and then goes on from it", async () => {
    installation = await startInstallation({ env: { SANFEN_DEMO: "simulated" } });
    const today = dayInZone(now(), ZONE);
    await vi.waitFor(async () => expect((await installation!.server.readiness()).reasons).toEqual([]));
    const { log } = installation.platform;
    for (const day of [today - 2, today - 1]) await appendControl(log, [tick(midnight(day, ZONE), day, "simulator")]);
    expect((await ticks()).map(({ actor }) => actor)).not.toContain("clock");
    await appendControl(log, [tick(midnight(today, ZONE), today, "simulator")]);
    // A tick a minute, but the newest one at once: there is one as soon as a minute of the day has passed.
    if (now() - midnight(today, ZONE) > 15 * 60_000) {
      await vi.waitFor(async () => expect((await ticks()).at(-1)).toMatchObject({ day: today, actor: "clock" }), {
        timeout: 5_000,
      });
    }
    expect((await ticks()).map(({ day }) => day - today).slice(0, 3)).toEqual([-2, -1, 0]);
  });
});
