import { COLOURS, type Colour } from "@sanfen/model";
import { type FunctionalComponent, h } from "vue";
import { say } from "../words.ts";
import { colourMark } from "./colour-mark.ts";
import type { Props } from "./header.ts";

/** The colours that are in use here, each with how many of the regions on the map have it. */
export const Legend: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  if (!scene || scene.parts.length === 0) return null;
  const { colours, unread } = store.live.value;
  const counts = new Map<Colour, number>();
  for (const part of scene.parts) {
    const colour = colours.get(part.code)?.colour ?? "none";
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const known = new Set([...colours.values()].map((record) => record.colour));
  const shown = COLOURS.filter((colour) => counts.has(colour) || (known.has(colour) && colour !== "none"));
  return h("footer", { class: "legend", "aria-label": say(language, "legend") }, [
    h(
      "ul",
      shown.map((colour) =>
        h("li", { key: colour }, [
          colourMark(colour, language),
          h("span", { "aria-hidden": "true" }, say(language, colour)),
          h("strong", String(counts.get(colour) ?? 0)),
        ]),
      ),
    ),
    unread > 0 ? h("p", { class: "quiet" }, say(language, "unread", { count: unread })) : null,
  ]);
};
