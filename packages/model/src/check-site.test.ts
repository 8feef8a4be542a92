import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkSite } from "./check-site.ts";
import type { Region, Site } from "./site.ts";

const SITES = new URL("../sites/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}/site.json`, SITES), "utf8"));

function shipped(name: string): Site {
  const checked = checkSite(read(name));
  if ("problems" in checked) throw new Error(JSON.stringify(checked.problems, null, 1));
  return checked.site;
}

/** A small site that is right, for tests to break. */
const right = {
  name: "here",
  title: { zh: "此地", en: "Here" },
  zone: "Asia/Shanghai",
  clock: "calendar",
  enterpriseIds: "uscc",
  root: "3304",
  levels: [
    { id: "city", title: { zh: "市", en: "City" } },
    { id: "county", title: { zh: "县", en: "County" } },
  ],
  regions: [
    { code: "3304", name: { zh: "嘉兴市", en: "Jiaxing" }, level: "city" },
    { code: "330402", name: { zh: "南湖区", en: "Nanhu" }, level: "county", tile: { x: 0, y: 0 } },
    { code: "330411", name: { zh: "秀洲区", en: "Xiuzhou" }, level: "county", tile: { x: 1, y: 0 } },
  ],
  products: [{ code: "1001", name: { zh: "产品", en: "Product" }, category: "01", tier: "high", illustrative: true }],
  bindings: [{ jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" }],
  mappings: ["register"],
};

test("a right site is taken as it is", () => {
  expect(checkSite(right)).toEqual({ site: right });
});

/** The site with the value at a path replaced, or removed where none is given. */
function broken(path: string, value?: unknown): unknown {
  const site = structuredClone(right);
  const steps = path.split("/").slice(1);
  const last = steps.pop() ?? "";
  let target = site as unknown as Record<string, unknown>;
  for (const step of steps) target = target[step] as Record<string, unknown>;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return site;
}

describe("a site with something wrong is refused", () => {
  test.each([null, undefined, 1, "site", [], true])("%j is no object", (document) => {
    expect(checkSite(document)).toEqual({ problems: [{ pointer: "", code: "type", detail: "must be an object" }] });
  });

  test.each<[path: string, value: unknown, pointer: string, code: string]>([
    ["/zone", undefined, "", "missing"],
    ["/regions", undefined, "", "missing"],
    ["/zones", ["Asia/Shanghai"], "/zones", "unexpected"],
    ["/a~1b~0", 1, "/a~01b~00", "unexpected"],
    ["/name", "Jia Xing", "/name", "form"],
    ["/name", "../etc", "/name", "form"],
    ["/title/en", " ", "/title/en", "form"],
    ["/title", "Here", "/title", "type"],
    ["/zone", "Asia/Jiaxing", "/zone", "form"],
    ["/zone", "", "/zone", "form"],
    ["/zone", 8, "/zone", "type"],
    ["/clock", "wall", "/clock", "form"],
    ["/enterpriseIds", "USCC", "/enterpriseIds", "form"],
    ["/levels", [], "/levels", "form"],
    ["/levels", {}, "/levels", "type"],
    ["/regions", [], "/regions", "form"],
    ["/regions/0", null, "/regions/0", "type"],
    ["/regions/1/code", "33040", "/regions/1/code", "form"],
    ["/regions/1/code", "3304/02", "/regions/1/code", "form"],
    ["/regions/1/code", "chicago//1", "/regions/1/code", "form"],
    ["/regions/1/tile/x", -1, "/regions/1/tile/x", "type"],
    ["/regions/1/tile/x", 0.5, "/regions/1/tile/x", "type"],
    ["/regions/1/tile/y", undefined, "/regions/1/tile", "missing"],
    ["/products/0/tier", "hihg", "/products/0/tier", "form"],
    ["/products/0/illustrative", "yes", "/products/0/illustrative", "type"],
    ["/bindings/0/jurisdiction", [], "/bindings/0/jurisdiction", "form"],
    ["/bindings/0/version", 0, "/bindings/0/version", "type"],
    ["/bindings/0/version", "1", "/bindings/0/version", "type"],
    ["/bindings/0/from", "2019-02-29", "/bindings/0/from", "form"],
    ["/mappings/0", "register.mapping.json", "/mappings/0", "form"],
    ["/root", "33", "/root", "unknown-region"],
    ["/root", "330402", "/regions/0/code", "outside"],
    ["/levels/1/id", "city", "/levels/1/id", "duplicate"],
    ["/regions/2/code", "330402", "/regions/2/code", "duplicate"],
    ["/regions/2/code", "3305", "/regions/2/code", "outside"],
    ["/regions/2/code", "330411001", "/regions/2/code", "no-parent"],
    ["/regions/1/level", "town", "/regions/1/level", "unknown-level"],
    ["/regions/1/level", "city", "/regions/1/level", "level-order"],
    ["/regions/0/level", "county", "/regions/1/level", "level-order"],
    ["/regions/2/tile/x", 0, "/regions/2/tile", "tile-taken"],
    ["/products/1", right.products[0], "/products/1/code", "duplicate"],
    ["/bindings/0/jurisdiction/0", "330421", "/bindings/0/jurisdiction/0", "unknown-region"],
    ["/bindings/0/jurisdiction/1", "3304", "/bindings/0/jurisdiction/1", "duplicate"],
    ["/bindings/1", { ...right.bindings[0], version: 2 }, "/bindings/1", "duplicate"],
    ["/mappings/1", "register", "/mappings/1", "duplicate"],
  ])("%s = %j: %s %s", (path, value, pointer, code) => {
    const checked = checkSite(broken(path, value));
    expect(checked).toHaveProperty("problems");
    expect("problems" in checked ? checked.problems : []).toContainEqual(
      expect.objectContaining({ pointer, code, detail: expect.stringMatching(/./) }),
    );
  });

  test("and all that is wrong is said at once", () => {
    const site = { ...right, zone: "nowhere", clock: 7, extra: 1 };
    const checked = checkSite(site);
    expect("problems" in checked ? checked.problems.map((problem) => problem.pointer) : []).toEqual([
      "/zone",
      "/clock",
      "/extra",
    ]);
  });

  test("tiles collide within a parent only", () => {
    const town = (code: string): Region => ({ code, name: right.title, level: "town", tile: { x: 0, y: 0 } });
    const site = {
      ...right,
      levels: [...right.levels, { id: "town", title: right.title }],
      regions: [...right.regions, town("330402001"), town("330411001")],
    };
    expect(checkSite(site)).toHaveProperty("site");
  });
});

const count = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(values)].toSorted().map((value) => [value, values.filter((v) => v === value).length]));

describe("the sites that ship", () => {
  const names = readdirSync(SITES, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );

  test.each(names)("%s is right, named as its folder, and its mappings lie beside it", (name) => {
    const site = shipped(name);
    expect(site.name).toBe(name);
    const beside = readdirSync(new URL(`${name}/`, SITES)).filter((file) => file.endsWith(".mapping.json"));
    expect(beside.toSorted()).toEqual(site.mappings.map((mapping) => `${mapping}.mapping.json`).toSorted());
  });

  test.each(names)("%s: every region but the root has a tile, so that the map can show it", (name) => {
    const site = shipped(name);
    expect(site.regions.flatMap((region) => (region.tile ? [] : [region.code]))).toEqual([site.root]);
  });

  test("jiaxing has the 72 towns of its 7 counties, and 249 products that say they are illustrative", () => {
    const site = shipped("jiaxing");
    expect(count(site.regions.map((region) => region.level))).toEqual({ city: 1, county: 7, province: 1, town: 72 });
    const towns = site.regions.filter((region) => region.level === "town");
    expect(count(towns.map((town) => town.code.slice(0, 6)))).toEqual({
      330402: 13,
      330411: 9,
      330421: 9,
      330424: 9,
      330481: 12,
      330482: 9,
      330483: 11,
    });
    for (const { name } of towns)
      expect(name.en).toMatch(name.zh.endsWith("街道") ? /^\S+ Subdistrict$/ : /^\S+ Town$/);
    expect(count(site.products.map((product) => product.tier))).toEqual({ high: 49, low: 100, medium: 100 });
    expect(new Set(site.products.map((product) => product.category)).size).toBe(13);
    expect(site.products.every((product) => product.illustrative)).toBe(true);
    expect(site.bindings).toEqual([
      { jurisdiction: ["3304"], rulebook: "jiaxing-2021", version: 1, from: "2019-01-01" },
    ]);
  });

  test("chicago has 50 wards and takes its days from the records", () => {
    const site = shipped("chicago");
    expect(count(site.regions.map((region) => region.level))).toEqual({ city: 1, ward: 50 });
    expect(site).toMatchObject({ zone: "America/Chicago", clock: "records", enterpriseIds: "opaque" });
    expect(site.products.map((product) => product.code)).toEqual(["risk-1", "risk-2", "risk-3"]);
  });
});
