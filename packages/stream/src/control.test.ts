import type { Control } from "@sanfen/events";
import { RULEBOOKS } from "@sanfen/rulebook";
import { describe, expect, it } from "vitest";
import { applyControl, NO_CONTROL, type ControlState } from "./control.ts";

const blank = { number: 0, recordedAt: 1_000, actor: "test", instant: 0, day: 0, document: null } as const;
const tick = (number: number, instant: number, day: number): Control => ({
  ...blank,
  kind: "tick",
  number,
  instant,
  day,
});
const document = (number: number, kind: Control["kind"], value: unknown): Control => ({
  ...blank,
  kind,
  number,
  document: typeof value === "string" ? value : JSON.stringify(value),
});

function after(...controls: readonly Control[]): ControlState {
  let state = NO_CONTROL;
  for (const control of controls) {
    const step = applyControl(state, control);
    if ("refused" in step) throw new Error(step.detail);
    state = step.state;
  }
  return state;
}

function refusal(state: ControlState, control: Control): string | null {
  const step = applyControl(state, control);
  return "refused" in step ? step.refused : null;
}

describe("ticks", () => {
  it("begins at the first day it hears of", () => {
    const step = applyControl(NO_CONTROL, tick(0, 10, 500));
    expect(step).toMatchObject({ newDay: true, state: { day: 500, instant: 10 } });
  });

  it.each([
    ["the next day", tick(1, 20, 501), null],
    ["a later instant of the same day", tick(1, 20, 500), null],
    ["a copy made twice", tick(0, 20, 501), "known"],
    ["an instant that has been", tick(1, 10, 500), "tick-not-newer"],
    ["a day gone by", tick(1, 20, 499), "tick-not-newer"],
    ["a day left out", tick(1, 20, 502), "tick-skips-a-day"],
    ["an instant that had not come when it was appended", tick(1, 1_001, 501), "tick-ahead-of-its-time"],
  ])("%s", (_, control, refused) => {
    expect(refusal(after(tick(0, 10, 500)), control)).toBe(refused);
  });

  it("says whether a day begins", () => {
    const state = after(tick(0, 10, 500));
    expect(applyControl(state, tick(1, 20, 500))).toMatchObject({ newDay: false });
    expect(applyControl(state, tick(1, 20, 501))).toMatchObject({ newDay: true });
  });
});

describe("documents", () => {
  const catalogue = [{ code: "1", name: { zh: "一", en: "one" }, tier: "high" }];

  it("take effect at the next midnight, not at a tick before", () => {
    const state = after(tick(0, 10, 500), document(1, "catalogue", catalogue), tick(2, 20, 500));
    expect(state.inForce.catalogue).toEqual([]);
    expect(after(tick(0, 10, 500), document(1, "catalogue", catalogue), tick(2, 20, 501)).inForce.catalogue).toEqual(
      catalogue,
    );
  });

  it("a rulebook of a known version with other content is refused: versions do not change", () => {
    const [rulebook] = RULEBOOKS;
    const state = after(document(0, "rulebook", rulebook));
    expect(refusal(state, document(1, "rulebook", { ...rulebook, title: { zh: "别", en: "other" } }))).toBe(
      "bad-document",
    );
  });

  it.each([
    ["no JSON", document(0, "catalogue", "{"), "bad-document"],
    ["a rulebook that is none", document(0, "rulebook", { id: "x" }), "bad-document"],
    ["a scheme that is no list", document(0, "scheme", 5), "bad-document"],
    [
      "a product without a tier",
      document(0, "catalogue", [{ code: "1", name: { zh: "一", en: "one" } }]),
      "bad-document",
    ],
    ["a binding without a jurisdiction", document(0, "binding", {}), "bad-document"],
    ["a site without a zone", document(0, "site", { name: "x" }), "bad-document"],
    ["a kind from a later version", document(0, "unknown", {}), "unknown-control"],
  ])("%s is refused", (_, control, refused) => {
    expect(refusal(NO_CONTROL, control)).toBe(refused);
  });
});
