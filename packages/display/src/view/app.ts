import { type FunctionalComponent, h, type VNode } from "vue";
import { say } from "../words.ts";
import { ChangeList } from "./change-list.ts";
import { EnterpriseCard } from "./enterprise-card.ts";
import { EnterpriseList } from "./enterprise-list.ts";
import { Header, type Props } from "./header.ts";
import { Legend } from "./legend.ts";
import { Announcer, LostBanner, SimulatedRibbon } from "./notices.ts";
import { RegionPanel } from "./region-panel.ts";
import { TileMap } from "./tile-map.ts";
import { WarningList } from "./warning-list.ts";

/** The whole page. */
export const App: FunctionalComponent<Props> = (props) => {
  const { store } = props;
  const { language, palette } = store.route.value;
  return h("div", { class: "page", "data-palette": palette, lang: language === "zh" ? "zh-CN" : "en" }, [
    h(Header, props),
    h("div", { class: "notices" }, [h(SimulatedRibbon, props), h(LostBanner, props)]),
    store.scene.value
      ? h("main", { class: "main" }, [
          h("section", { class: "scene", "aria-labelledby": "scene-title" }, [...scene(props), h(Legend, props)]),
          h("aside", { class: "side" }, [h(RegionPanel, props), h(ChangeList, props), h(WarningList, props)]),
        ])
      : h("main", { class: "main empty" }, [
          h("p", { role: "status" }, [
            say(language, store.site.value.kind === "failed" ? "siteUnavailable" : "loading"),
          ]),
        ]),
    h(Announcer, props),
  ]);
};

function scene(props: Props): VNode[] {
  const { store, actions } = props;
  const { language } = store.route.value;
  const here = store.scene.value;
  if (!here) return [];
  const name = here.region.name[language];
  if (here.enterprise === null && here.parts.length > 0) {
    return [
      h("h2", { id: "scene-title", class: "unseen", tabindex: -1 }, say(language, "map", { name })),
      h(TileMap, props),
    ];
  }
  const loaded = store.enterprise.value;
  const firm = loaded.kind === "here" ? loaded.value.name : here.enterprise;
  const up = h(
    "button",
    {
      type: "button",
      class: "up",
      onClick: () => {
        actions.goUp();
      },
    },
    `← ${say(language, "up")}`,
  );
  return [
    h("div", { class: "scene-head" }, [
      h(
        "h2",
        { id: "scene-title", tabindex: -1 },
        here.enterprise === null ? say(language, "firms", { name }) : (firm ?? ""),
      ),
      up,
    ]),
    here.enterprise === null ? h(EnterpriseList, props) : h(EnterpriseCard, props),
  ];
}
