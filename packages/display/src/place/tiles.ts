import type { RegionView } from "./site.ts";

/** A region's place in the grid, from 0. */
export interface Tile {
  readonly region: RegionView;
  readonly x: number;
  readonly y: number;
}

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  readonly tiles: readonly Tile[];
}

/** Farther out than any hand-drawn map: a typing error must not make a grid of a million columns. */
const MAX_SPAN = 64;

/**
 * Regions on a grid that starts at 0/0. Those with a place of their own keep it, relative to each other; those without,
 * or whose place is taken, are set in rows below. Read row by row, which is also the order of the focus.
 */
export function layOut(regions: readonly RegionView[]): TileGrid {
  const placed = new Map<string, Tile>();
  const loose: RegionView[] = [];
  const drawn = regions.map((region) => region.tile).filter((tile) => tile !== null);
  const left = Math.min(...drawn.map((tile) => tile.x));
  const top = Math.min(...drawn.map((tile) => tile.y));
  for (const region of regions) {
    const x = region.tile ? Math.round(region.tile.x - left) : MAX_SPAN;
    const y = region.tile ? Math.round(region.tile.y - top) : MAX_SPAN;
    if (x < MAX_SPAN && y < MAX_SPAN && !placed.has(`${x}/${y}`)) placed.set(`${x}/${y}`, { region, x, y });
    else loose.push(region);
  }
  const own = [...placed.values()];
  const width = Math.max(
    ...own.map((tile) => tile.x + 1),
    loose.length > 0 ? Math.ceil(Math.sqrt(loose.length * 1.5)) : 1,
  );
  const below = Math.max(0, ...own.map((tile) => tile.y + 1));
  const rest = loose.map((region, i) => ({ region, x: i % width, y: below + Math.floor(i / width) }));
  const tiles = [...own, ...rest].sort((a, b) => a.y - b.y || a.x - b.x);
  return { columns: width, rows: Math.max(1, ...tiles.map((tile) => tile.y + 1)), tiles };
}

/** Where something is drawn: its centre, in any unit. */
export interface Spot {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

export const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;
export type ArrowKey = keyof typeof DIRECTIONS;

export function isArrowKey(key: string): key is ArrowKey {
  return Object.hasOwn(DIRECTIONS, key);
}

/**
 * The spot to go to from `from` on an arrow key: the nearest in that direction, counting distance aside double, so that
 * a row or column is followed while it lasts and a hole in the map is jumped. Undefined when there is none.
 */
export function neighbour(spots: readonly Spot[], from: string, key: ArrowKey): string | undefined {
  const start = spots.find((spot) => spot.key === from);
  if (!start) return undefined;
  const [dx, dy] = DIRECTIONS[key];
  let best: { key: string; cost: number } | undefined;
  for (const spot of spots) {
    const ahead = (spot.x - start.x) * dx + (spot.y - start.y) * dy;
    const aside = Math.abs((spot.x - start.x) * dy) + Math.abs((spot.y - start.y) * dx);
    if (ahead <= 0 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (!best || cost < best.cost) best = { key: spot.key, cost };
  }
  return best?.key;
}
