import { StoreError } from "@sanfen/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readinessOf, type ReadinessSources } from "./readiness.ts";
import { watchStalls } from "./stall.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fine = { check: async (): Promise<void> => {} };

function sources(parts: Partial<ReadinessSources>): ReadinessSources {
  return { log: fine, store: fine, clock: () => 0, stalls: { worstMs: () => 0 }, reasons: () => [], ...parts };
}

test("a port that hangs is not waited for, and is not asked again until it answers", async () => {
  const hanging = Promise.withResolvers<void>();
  const check = vi.fn(() => hanging.promise);
  let now = 0;
  const readiness = readinessOf(sources({ log: { check }, clock: () => now }));
  const first = readiness();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await first).toEqual({ ready: false, reasons: ["the log does not answer"] });
  now = 5_000;
  const second = readiness();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await second).toMatchObject({ ready: false });
  expect(check).toHaveBeenCalledTimes(1);
  hanging.resolve();
  await hanging.promise;
  now = 6_000;
  expect(await readiness()).toEqual({ ready: true, reasons: [] });
  expect(check).toHaveBeenCalledTimes(2);
});

test("a port is asked once a second, whoever asks", async () => {
  const check = vi.fn(async (): Promise<void> => {
    throw new StoreError("full", "disk full on /var/lib");
  });
  let now = 0;
  const readiness = readinessOf(sources({ store: { check }, clock: () => now }));
  for (now of [0, 500, 999]) {
    expect(await readiness()).toEqual({ ready: false, reasons: ["the store cannot be used (full)"] });
  }
  expect(check).toHaveBeenCalledTimes(1);
  now = 1_000;
  await readiness();
  expect(check).toHaveBeenCalledTimes(2);
});

test("an event loop that stood still shows, and is forgiven in ten seconds", async () => {
  let late = 0;
  const stalls = watchStalls(() => Date.now() + late);
  const readiness = readinessOf(sources({ stalls }));
  late = 3_000;
  expect(await readiness()).toEqual({ ready: false, reasons: ["the event loop stood still for 2.5 s"] });
  await vi.advanceTimersByTimeAsync(500);
  expect(await readiness()).toEqual({ ready: false, reasons: ["the event loop stood still for 3.0 s"] });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await readiness()).toEqual({ ready: true, reasons: [] });
  stalls.stop();
  expect(vi.getTimerCount()).toBe(0);
});
