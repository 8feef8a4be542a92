import { formatDay, midnight, parseDay } from "@sanfen/model";
import { memoryBroker } from "@sanfen/log";
import { appendControl, CONTROL, documentControl, tick } from "@sanfen/stream";
import { describe, expect, it } from "vitest";
import { mayTick, msToNextTick, readLastTick } from "./due.ts";

const TODAY = parseDay("2026-11-22")!;

describe("mayTick", () => {
  it.each([
    [
      "an installation for real facts begins its history",
      { demo: false, holding: "nothing", lastTick: undefined },
      true,
    ],
    ["an empty demo waits for its simulation", { demo: true, holding: "nothing", lastTick: undefined }, false],
    [
      "a simulation under way is not overtaken",
      { demo: true, holding: "simulated", lastTick: { day: TODAY - 1, actor: "simulator" } },
      false,
    ],
    [
      "a simulation that has come to today is over",
      { demo: true, holding: "simulated", lastTick: { day: TODAY, actor: "simulator" } },
      true,
    ],
    [
      "a demo that stood still goes on",
      { demo: true, holding: "simulated", lastTick: { day: TODAY - 9, actor: "clock" } },
      true,
    ],
    ["real facts in a demo begin its history", { demo: true, holding: "real", lastTick: undefined }, true],
  ] as const)("%s", (_, beginning, may) => {
    expect(mayTick({ today: TODAY, ...beginning })).toBe(may);
  });
});

describe("msToNextTick", () => {
  const zone = "Asia/Shanghai";
  const start = midnight(TODAY, zone);

  it("is the way to the next whole period since midnight", () => {
    expect(msToNextTick(start, zone, 15)).toBe(15 * 60_000);
    expect(msToNextTick(start + 15 * 60_000 - 1, zone, 15)).toBe(1);
  });

  it("is the way to midnight where that comes first", () => {
    expect(msToNextTick(start + 86_400_000 - 5, zone, 7 * 60)).toBe(5);
  });
});

describe("readLastTick", () => {
  it("finds the newest tick, however many documents follow it", async () => {
    const log = memoryBroker().connect();
    await log.ensure([{ topic: CONTROL, partitions: 1 }]);
    expect(await readLastTick(log)).toBeUndefined();
    await appendControl(log, [tick(1, TODAY - 1, "simulator"), tick(2, TODAY, "clock")]);
    await appendControl(
      log,
      Array.from({ length: 450 }, () => documentControl("calendar", {}, "site")),
    );
    const last = await readLastTick(log);
    expect(last?.actor).toBe("clock");
    expect(formatDay(last!.day)).toBe("2026-11-22");
    await log.close();
  });
});
