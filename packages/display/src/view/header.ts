import { type FunctionalComponent, h, type VNode } from "vue";
import { bannerOf, clockTime, dataAge, todayIn } from "../age.ts";
import { isPalette, type Palette, PALETTES } from "../palette.ts";
import { type Language, say, type Word } from "../words.ts";
import type { Actions } from "./actions.ts";
import type { Scene, Store } from "./store.ts";

const PALETTE_WORDS: Readonly<Record<Palette, Word>> = {
  standard: "paletteStandard",
  safe: "paletteSafe",
  viridis: "paletteViridis",
};

export interface Props {
  readonly store: Store;
  readonly actions: Actions;
}

/** Whose wall this is, where we are, how old what we see is, and the two switches. */
export const Header: FunctionalComponent<Props> = ({ store, actions }) => {
  const { language, palette } = store.route.value;
  const scene = store.scene.value;
  const other: Language = language === "zh" ? "en" : "zh";
  return h("header", { class: "header" }, [
    h("h1", { class: "title" }, [scene ? scene.site.title[language] : "sanfen", h("small", say(language, "product"))]),
    scene ? breadcrumb(scene, language, actions) : null,
    h(Age, { store, actions }),
    h("div", { class: "switches" }, [
      h(
        "select",
        {
          "aria-label": say(language, "palette"),
          value: palette,
          onChange: (event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            if (isPalette(value)) actions.choose({ palette: value });
          },
        },
        PALETTES.map((name) => h("option", { value: name }, say(language, PALETTE_WORDS[name]))),
      ),
      h(
        "button",
        {
          type: "button",
          class: "language",
          lang: other,
          onClick: () => {
            actions.choose({ language: other });
          },
        },
        other === "zh" ? "中文" : "English",
      ),
    ]),
  ]);
};

function breadcrumb(scene: Scene, language: Language, actions: Actions): VNode {
  const steps = scene.path.map((region, i) => {
    const here = i === scene.path.length - 1 && scene.enterprise === null;
    const name = region.name[language];
    const open = (): void => {
      actions.openRegion(region.code);
    };
    return h("li", { key: region.code }, [
      here
        ? h("span", { "aria-current": "location" }, name)
        : h("button", { type: "button", class: "step", onClick: open }, name),
    ]);
  });
  return h("nav", { class: "breadcrumb", "aria-label": say(language, "whereAmI") }, [h("ol", steps)]);
}

/** The state of the line, the day the data belongs to, and when something was last heard. */
const Age: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const now = store.now.value;
  const banner = bannerOf(store.status.value, now);
  const site = store.scene.value?.site;
  const days = [...store.live.value.colours.values()].map((record) => record.asOf);
  const age = site ? dataAge(days, site.clock, todayIn(site.zone, now)) : null;
  const parts: VNode[] = [h("span", { class: ["line", banner.kind] }, say(language, banner.kind))];
  if (age) {
    parts.push(h("span", say(language, "dataOf", { day: age.asOf })));
    if (site?.clock === "records") parts.push(h("span", { class: "quiet" }, say(language, "historical")));
    if (age.daysBehind > 0) {
      parts.push(h("strong", { class: "behind" }, say(language, "daysBehind", { days: age.daysBehind })));
    }
  } else {
    parts.push(h("span", say(language, "noData")));
  }
  if (store.heardAt.value !== null) {
    const heard = store.heardAt.value;
    parts.push(h("time", { class: "quiet", title: clockTime(heard) }, heardText(language, now - heard)));
  }
  return h("p", { class: "age" }, parts);
};

function heardText(language: Language, elapsedMs: number): string {
  const seconds = Math.max(0, Math.round(elapsedMs / 1000));
  if (seconds < 5) return say(language, "receivedNow");
  if (seconds < 60) return say(language, "receivedSeconds", { count: seconds });
  return say(language, "receivedMinutes", { count: Math.floor(seconds / 60) });
}
