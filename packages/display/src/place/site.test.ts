import { describe, expect, test } from "vitest";
import { sampleSite } from "../testing/sample-site.ts";
import { childrenOf, homeOf, pathTo, readSite, type RegionView, type SiteView } from "./site.ts";

const region = (code: string): RegionView => ({ code, name: { zh: code, en: code }, level: "", tile: null });
const siteOf = (...codes: string[]): SiteView => ({ ...sampleSite, root: codes[0]!, regions: codes.map(region) });
const codes = (regions: readonly RegionView[]) => regions.map(({ code }) => code);

describe("readSite", () => {
  test.each([
    ["nothing", undefined],
    ["a problem document", { title: "not ready", status: 503 }],
    ["no regions", { ...sampleSite, regions: [] }],
    ["regions that are none", { ...sampleSite, regions: [1, {}, { code: "" }] }],
    ["no root", { ...sampleSite, root: undefined }],
  ])("%s is no site", (_, value) => {
    expect(readSite(value)).toBeUndefined();
  });

  test("reads what the service answers", () => {
    expect(readSite(JSON.parse(JSON.stringify(sampleSite)))).toEqual(sampleSite);
  });

  test("what is left out has a sensible value", () => {
    expect(readSite({ root: "x", regions: [{ code: "x", name: { en: "X" }, tile: { x: 1 } }] })).toEqual({
      name: "x",
      title: { zh: "x", en: "x" },
      root: "x",
      levels: [],
      regions: [{ code: "x", name: { zh: "X", en: "X" }, level: "", tile: null }],
      simulated: false,
      clock: "calendar",
      zone: "UTC",
      rulebooks: [],
    });
  });
});

describe("the tree of regions", () => {
  test("parts are right below, by whole segments", () => {
    const chicago = siteOf("chicago", "chicago/1", "chicago/11", "chicago/1/a");
    expect(codes(childrenOf(chicago, "chicago"))).toEqual(["chicago/1", "chicago/11"]);
    expect(codes(childrenOf(chicago, "chicago/1"))).toEqual(["chicago/1/a"]);
    expect(codes(childrenOf(chicago, "chicago/11"))).toEqual([]);
  });

  test("a level that the site does not list is passed over", () => {
    const towns = siteOf("4419", "441900001", "441900002");
    expect(codes(childrenOf(towns, "4419"))).toEqual(["441900001", "441900002"]);
    expect(codes(pathTo(towns, "441900001"))).toEqual(["4419", "441900001"]);
  });

  test("starts at the widest region with more than one part", () => {
    expect(homeOf(siteOf("33", "3304", "330402", "330411"))).toBe("3304");
    expect(homeOf(siteOf("33", "3304", "3305"))).toBe("33");
    expect(homeOf(siteOf("33"))).toBe("33");
  });
});
