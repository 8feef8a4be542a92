import { memoryBroker } from "@sanfen/log";
import { midnight, parseDay } from "@sanfen/model";
import { describe, expect, it } from "vitest";
import { appendControl, ControlReader, documentControl, dueTicks, midnightTicks, tick } from "./control-log.ts";
import { applyControl, NO_CONTROL, type ControlState } from "./control.ts";
import { topicSpecs } from "./topics.ts";

const ZONE = "Asia/Shanghai";
const DAY = parseDay("2026-11-20")!;
const at = (hour: number, minute: number): number => midnight(DAY, ZONE) + (hour * 60 + minute) * 60_000;
const started: ControlState = { ...NO_CONTROL, number: 0, instant: midnight(DAY - 3, ZONE), day: DAY - 3 };

describe("ticks that are due", () => {
  it("are the midnights passed by, one a day, then the newest whole period", () => {
    const ticks = dueTicks(started, at(10, 37), ZONE, 15, "test");
    expect(ticks.map(({ day, instant }) => [day, instant])).toEqual([
      [DAY - 2, midnight(DAY - 2, ZONE)],
      [DAY - 1, midnight(DAY - 1, ZONE)],
      [DAY, midnight(DAY, ZONE)],
      [DAY, at(10, 30)],
    ]);
  });

  it("are none while the last period lasts", () => {
    const state = { ...started, instant: at(10, 30), day: DAY };
    expect(dueTicks(state, at(10, 44), ZONE, 15, "test")).toEqual([]);
    expect(dueTicks(state, at(10, 45), ZONE, 15, "test")).toHaveLength(1);
  });

  it("are all accepted, in this order", () => {
    let state = started;
    for (const [i, control] of dueTicks(started, at(23, 59), ZONE, 15, "test").entries()) {
      const step = applyControl(state, { ...control, number: i + 1, recordedAt: at(23, 59) });
      if ("refused" in step) throw new Error(step.detail);
      state = step.state;
    }
    expect(state).toMatchObject({ day: DAY, instant: at(23, 45) });
  });

  it("begin a history at the day asked for", () => {
    expect(midnightTicks(NO_CONTROL, DAY, ZONE, "test").map(({ day }) => day)).toEqual([DAY]);
    expect(midnightTicks({ ...started, day: DAY }, DAY, ZONE, "test")).toEqual([]);
  });
});

it("reads what others appended since, and passes over what is refused", async () => {
  const log = memoryBroker().connect();
  await log.ensure(topicSpecs(1));
  const reader = new ControlReader(log);
  await appendControl(log, [documentControl("catalogue", [], "a"), tick(1, 10, "a"), tick(2, 12, "a")]);
  expect(await reader.refresh()).toMatchObject({ number: 1, day: 10 });
  await appendControl(log, [tick(3, 11, "b")]);
  expect(await reader.refresh()).toMatchObject({ number: 3, day: 11 });
  await log.close();
});
