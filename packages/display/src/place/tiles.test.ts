import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegionView } from "./site.ts";
import { DIRECTIONS, isArrowKey, layOut, neighbour, type ArrowKey } from "./tiles.ts";

const region = (code: string, tile: RegionView["tile"] = null): RegionView => ({
  code,
  name: { zh: code, en: code },
  level: "",
  tile,
});
const places = (regions: readonly RegionView[]) =>
  Object.fromEntries(layOut(regions).tiles.map((tile) => [tile.region.code, [tile.x, tile.y]]));

describe("layOut", () => {
  test("nothing makes an empty grid", () => {
    expect(layOut([])).toEqual({ columns: 1, rows: 1, tiles: [] });
  });

  test("own places are kept, moved to the upper left", () => {
    expect(places([region("a", { x: 5, y: 3 }), region("b", { x: 4, y: 4 })])).toEqual({ a: [1, 0], b: [0, 1] });
  });

  test("a taken place, an absurd one and none at all are set below", () => {
    const grid = [region("a", { x: 0, y: 0 }), region("b", { x: 0, y: 0 }), region("c", { x: 1e9, y: 0 }), region("d")];
    expect(places(grid)).toEqual({ a: [0, 0], b: [0, 1], c: [1, 1], d: [2, 1] });
  });

  test("every region has a place of its own inside the grid, in reading order", () => {
    const tile = fc.option(fc.record({ x: fc.integer({ min: -9, max: 9 }), y: fc.integer({ min: -9, max: 9 }) }));
    fc.assert(
      fc.property(fc.array(tile, { maxLength: 40 }), (tiles) => {
        const grid = layOut(tiles.map((place, i) => region(String(i), place)));
        const spots = grid.tiles.map(({ x, y }) => y * grid.columns + x);
        expect(grid.tiles).toHaveLength(tiles.length);
        expect(new Set(spots).size).toBe(tiles.length);
        expect(spots).toEqual(spots.toSorted((a, b) => a - b));
        expect(grid.tiles.every(({ x, y }) => x >= 0 && y >= 0 && x < grid.columns && y < grid.rows)).toBe(true);
      }),
    );
  });
});

describe("neighbour", () => {
  const spots = [
    { key: "a", x: 0, y: 0 },
    { key: "c", x: 2, y: 0 },
    { key: "d", x: 0, y: 1 },
    { key: "e", x: 1, y: 1 },
  ];

  test("follows the row over a hole, and the column", () => {
    expect(neighbour(spots, "a", "ArrowRight")).toBe("c");
    expect(neighbour(spots, "a", "ArrowDown")).toBe("d");
    expect(neighbour(spots, "e", "ArrowLeft")).toBe("d");
  });

  test("at the edge, and for a spot that is not there, there is none", () => {
    expect(neighbour(spots, "a", "ArrowUp")).toBeUndefined();
    expect(neighbour(spots, "z", "ArrowUp")).toBeUndefined();
  });

  test("never goes back or stays", () => {
    const key = fc.constantFrom(...(Object.keys(DIRECTIONS) as ArrowKey[]));
    const grid = fc.uniqueArray(fc.record({ x: fc.nat(6), y: fc.nat(6) }), {
      minLength: 1,
      selector: ({ x, y }) => `${String(x)}/${String(y)}`,
    });
    fc.assert(
      fc.property(grid, key, (cells, arrow) => {
        const all = cells.map((cell, i) => ({ ...cell, key: String(i) }));
        const next = all.find((spot) => spot.key === neighbour(all, "0", arrow));
        if (!next) return;
        const [dx, dy] = DIRECTIONS[arrow];
        expect((next.x - all[0]!.x) * dx + (next.y - all[0]!.y) * dy).toBeGreaterThan(0);
      }),
    );
  });

  test("arrow keys are those four", () => {
    expect(["ArrowUp", "Enter", "toString"].map(isArrowKey)).toEqual([true, false, false]);
  });
});
