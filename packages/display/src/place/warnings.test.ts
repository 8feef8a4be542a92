import { describe, expect, test } from "vitest";
import { sampleSite, warningOf } from "../testing/sample-site.ts";
import { closingDay, openWithin } from "./warnings.ts";

describe("openWithin", () => {
  const warnings = [
    warningOf("city", { region: "3304" }),
    warningOf("county", { region: "330402" }),
    warningOf("town", { region: "330402001" }),
    warningOf("neighbour", { region: "330424" }),
    warningOf("nowhere", { region: "" }),
  ];
  const ids = (region: string) => openWithin(sampleSite, region, warnings).map(({ id }) => id);

  test("those of the region and below it; one without a region only at the top", () => {
    expect(ids("3304")).toEqual(["city", "county", "neighbour", "nowhere", "town"]);
    expect(ids("330402")).toEqual(["county", "town"]);
    expect(ids("330402001")).toEqual(["town"]);
    expect(ids("330402002")).toEqual([]);
  });

  test("not yet acknowledged first, then the newest; ended ones not at all", () => {
    const mixed = [
      warningOf("seen", { state: "acknowledged", raisedOn: "2026-11-22" }),
      warningOf("old", { raisedOn: "2026-11-20" }),
      warningOf("new", { raisedOn: "2026-11-21" }),
      warningOf("done", { state: "resolved" }),
      warningOf("gone", { state: "withdrawn" }),
    ];
    expect(openWithin(sampleSite, "3304", mixed).map(({ id }) => id)).toEqual(["new", "old", "seen"]);
  });
});

describe("closingDay", () => {
  test.each([
    ["330424001@20776", "330424001", "2026-11-19"],
    ["330424001@0", "330424001", "1970-01-01"],
    ["330424001@20776", "330402", undefined],
    ["330424001@", "330424001", undefined],
    ["330424001@20776x", "330424001", undefined],
    ["r:117@3/maker", "330424001", undefined],
    ["", "", undefined],
  ])("of %s in %s is %s", (cause, region, day) => {
    expect(closingDay({ cause, region })).toBe(day);
  });
});
