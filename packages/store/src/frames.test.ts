import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decodeFrames, encodeFrames } from "./frames.ts";

it("gives back any frames", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ at: fc.maxSafeInteger(), bytes: fc.uint8Array() })), (frames) => {
      expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
    }),
  );
});

it("refuses frames that break off", () => {
  const whole = encodeFrames([{ at: 7, bytes: new Uint8Array(5) }]);
  for (let length = 1; length < whole.length; length += 1) {
    expect(() => decodeFrames(whole.subarray(0, length))).toThrow(RangeError);
  }
});
