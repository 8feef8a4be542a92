import { type FunctionalComponent, h, type VNode } from "vue";
import { clockTime } from "../age.ts";
import type { Change } from "../live/live-state.ts";
import { pathTo, regionOf } from "../place/site.ts";
import { type Language, say } from "../words.ts";
import { colourMark } from "./colour-mark.ts";
import type { Props } from "./header.ts";
import type { Scene } from "./store.ts";

/** What a wall has room for; older ones are in the region's history. */
export const SHOWN_CHANGES = 20;

/** The regions that turned, newest first, each with what caused it. */
export const ChangeList: FunctionalComponent<Props> = ({ store, actions }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  if (!scene) return null;
  const changes = store.live.value.changes.slice(0, SHOWN_CHANGES);
  const rows = changes.map((change) =>
    drawChange(change, {
      language,
      name: regionOf(scene.site, change.code)?.name[language] ?? change.code,
      within: widerName(scene, change.code, language),
      cause: store.names.value.get(change.cause) ?? change.cause,
      open() {
        actions.openRegion(change.code);
      },
    }),
  );
  return h("section", { class: "panel changes", "aria-labelledby": "changes-title" }, [
    h("h2", { id: "changes-title" }, say(language, "changes")),
    rows.length > 0 ? h("ol", rows) : h("p", { class: "quiet" }, say(language, "noChanges")),
  ]);
};

interface ChangeTexts {
  readonly language: Language;
  readonly name: string;
  readonly within: string;
  readonly cause: string;
  readonly open: () => void;
}

function drawChange(change: Change, { language, name, within, cause, open }: ChangeTexts): VNode {
  const because = cause === "" ? say(language, "byClosing") : say(language, "becauseOf", { name: cause });
  return h("li", { key: change.key }, [
    h("time", change.seenAt === null ? change.asOf.slice(5) : clockTime(change.seenAt)),
    h("div", { class: "what" }, [
      h("button", { type: "button", class: "link", onClick: open }, [name]),
      within ? h("small", within) : null,
    ]),
    h("span", { class: "turn" }, [
      colourMark(change.from, language),
      h("span", { "aria-hidden": "true" }, "→"),
      colourMark(change.to, language),
    ]),
    h("p", { class: "quiet because" }, [
      because,
      change.provisional ? h("span", { class: "provisional" }, say(language, "provisional")) : null,
    ]),
  ]);
}

/** Name of the region that a region lies in; empty right below the widest, where it says nothing. */
function widerName(scene: Scene, code: string, language: Language): string {
  const path = pathTo(scene.site, code);
  return path.length > 2 ? (path.at(-2)?.name[language] ?? "") : "";
}
