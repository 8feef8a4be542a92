import { type FunctionalComponent, h, type VNode } from "vue";
import type { RegionColour } from "../live/records.ts";
import { isArrowKey, layOut, neighbour, type Tile } from "../place/tiles.ts";
import { LETTERS } from "../palette.ts";
import { type Language, percent, say } from "../words.ts";
import type { Props } from "./header.ts";

/** How long a tile that has just turned stands out (ms). */
const FRESH_MS = 20_000;

/** The parts of the region as tiles: each a button with name, letter, colour, pattern and border. */
export const TileMap: FunctionalComponent<Props> = ({ store, actions }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  if (!scene) return null;
  const grid = layOut(scene.parts);
  const { colours, changes } = store.live.value;
  const freshAfter = store.now.value - FRESH_MS;
  const fresh = new Set(changes.filter((change) => (change.seenAt ?? 0) > freshAfter).map((change) => change.code));
  const active = grid.tiles.find((tile) => tile.region.code === store.activeTile.value) ?? grid.tiles[0];
  const tiles = grid.tiles.map((tile) =>
    drawTile(tile, colours.get(tile.region.code), {
      language,
      fresh: fresh.has(tile.region.code),
      reachable: tile === active,
      open() {
        actions.openRegion(tile.region.code);
      },
      focus() {
        store.activeTile.value = tile.region.code;
      },
    }),
  );
  const size = { "--columns": String(grid.columns), "--rows": String(grid.rows) };
  return h("div", { class: "map" }, [
    h(
      "ul",
      {
        class: ["tiles", grid.columns > 5 ? "wide" : ""],
        role: "group",
        "aria-label": say(language, "map", { name: scene.region.name[language] }),
        "aria-describedby": "map-hint",
        style: size,
        onKeydown: moveBetweenTiles,
      },
      tiles,
    ),
    h("p", { class: "unseen", id: "map-hint" }, say(language, "mapHint")),
  ]);
};

interface TileState {
  readonly language: Language;
  readonly fresh: boolean;
  /** Whether Tab comes here; the arrow keys reach the others. */
  readonly reachable: boolean;
  readonly open: () => void;
  readonly focus: () => void;
}

function drawTile({ region, x, y }: Tile, record: RegionColour | undefined, state: TileState): VNode {
  const { language } = state;
  const colour = record?.colour ?? "none";
  const name = region.name[language];
  const spoken = [name, say(language, colour)];
  if (record) {
    spoken.push(say(language, record.provisional ? "provisional" : "closed"));
    if (record.share !== null) spoken.push(`${say(language, "share")} ${percent(record.share)}`);
    if (record.simulated) spoken.push(say(language, "simulatedShort"));
  }
  return h("li", { key: region.code, role: "none", style: { gridColumn: String(x + 1), gridRow: String(y + 1) } }, [
    h(
      "button",
      {
        type: "button",
        class: ["tile", `is-${colour}`, state.fresh ? "fresh" : ""],
        "data-stop": region.code,
        "data-colour": colour,
        tabindex: state.reachable ? 0 : -1,
        "aria-label": spoken.join(", "),
        onClick: state.open,
        onFocus: state.focus,
      },
      [
        h("span", { class: "letter" }, LETTERS[colour][language]),
        record?.provisional ? h("span", { class: "chip" }, say(language, "provisional")) : null,
        h("span", { class: "name" }, name),
        record && record.share !== null ? h("span", { class: "share" }, percent(record.share)) : null,
      ],
    ),
  ]);
}

/** By what is drawn, not by the grid: on a narrow screen the tiles flow. */
function moveBetweenTiles(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const buttons = [...list.querySelectorAll<HTMLElement>(".tile")];
  const from = buttons.find((button) => button === event.target);
  if (!from) return;
  const target = isArrowKey(event.key) ? besides(buttons, from, event.key) : atEdge(buttons, event.key);
  if (target === undefined) return;
  event.preventDefault();
  target?.focus();
}

function besides(buttons: readonly HTMLElement[], from: HTMLElement, key: Parameters<typeof neighbour>[2]) {
  const spots = buttons.map((button) => {
    const box = button.getBoundingClientRect();
    return { key: button.dataset["stop"] ?? "", x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
  const next = neighbour(spots, from.dataset["stop"] ?? "", key);
  // At the edge the key is still ours: it must not scroll the page.
  return buttons.find((button) => button.dataset["stop"] === next) ?? null;
}

function atEdge(buttons: readonly HTMLElement[], key: string): HTMLElement | undefined {
  if (key === "Home") return buttons[0];
  return key === "End" ? buttons.at(-1) : undefined;
}
