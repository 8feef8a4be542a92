import * as fc from "fast-check";
import { expect, test } from "vitest";
import { reconnectDelay } from "./backoff.ts";

const chance = fc.double({ min: 0, max: 1, noNaN: true });

test("what the server asks for is waited for, unless it is absurd", () => {
  expect(reconnectDelay(0, 4_000, 0)).toBe(4_000);
  expect(reconnectDelay(0, -1, 0)).toBe(250);
  expect(reconnectDelay(0, 1e12, 0)).toBe(300_000);
});

test("waits double, up to half a minute", () => {
  expect([0, 1, 2, 3].map((attempt) => reconnectDelay(attempt, null, 1))).toEqual([500, 1000, 2000, 4000]);
  expect(reconnectDelay(1_000, null, 1)).toBe(30_000);
});

test("never at once, never longer than half a minute of our own", () => {
  fc.assert(
    fc.property(fc.nat(), chance, (attempt, random) => {
      const delay = reconnectDelay(attempt, null, random);
      expect(delay).toBeGreaterThanOrEqual(250);
      expect(delay).toBeLessThanOrEqual(30_000);
    }),
  );
});

test("chance never cuts short what was asked for", () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(300_000), chance, (attempt, asked, random) => {
      expect(reconnectDelay(attempt, asked, random)).toBeGreaterThanOrEqual(asked);
    }),
  );
});
