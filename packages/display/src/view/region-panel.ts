import { type FunctionalComponent, h, type VNode } from "vue";
import type { RegionColour } from "../live/records.ts";
import type { RulebookView } from "../place/site.ts";
import { type Language, percent, say, whole, type Word } from "../words.ts";
import { colourMark } from "./colour-mark.ts";
import type { Props } from "./header.ts";

/** The region we are in: its colour, whether that is closed, and the figures behind it. */
export const RegionPanel: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  if (!scene) return null;
  const record = store.live.value.colours.get(scene.region.code);
  const level = scene.site.levels.find(({ id }) => id === scene.region.level)?.title[language];
  const rulebook = scene.site.rulebooks.find(({ key }) => key === record?.rulebook);
  return h("section", { class: "panel region", "aria-labelledby": "region-name" }, [
    h("h2", { id: "region-name" }, [scene.region.name[language], level ? h("small", level) : null]),
    record
      ? [standing(record, language), figures(record, language), grades(record, rulebook, language)]
      : h("p", { class: "quiet" }, say(language, "noData")),
    rulebook
      ? h("p", { class: "quiet rulebook" }, [
          `${say(language, "rulebook")} · ${rulebook.title[language]}`,
          rulebook.illustrative ? h("em", say(language, "illustrative")) : null,
        ])
      : null,
  ]);
};

function standing(record: RegionColour, language: Language): VNode {
  const from = record.previousColour;
  return h("p", { class: "standing" }, [
    colourMark(record.colour, language),
    h("strong", say(language, record.colour)),
    h("span", { class: record.provisional ? "provisional" : "closed" }, [
      say(language, record.provisional ? "provisionalLong" : "closedLong"),
    ]),
    from !== record.colour && from !== "none"
      ? h("span", { class: "quiet" }, [`${say(language, "previously")} `, colourMark(from, language)])
      : null,
  ]);
}

function figures(record: RegionColour, language: Language): VNode {
  const rows: [Word, string][] = [
    ["share", percent(record.share)],
    ["enterprises", whole(language, record.enterprises)],
    ["passRate", percent(record.passRate)],
    ["coverage", percent(record.coverage)],
    ["index", record.index === null ? "—" : record.index.toFixed(1)],
  ];
  return h(
    "dl",
    { class: "figures" },
    rows.map(([word, value]) => h("div", { key: word }, [h("dt", say(language, word)), h("dd", value)])),
  );
}

/** Enterprises by grade, in the rulebook's order; grades that it does not name come last. */
function grades(record: RegionColour, rulebook: RulebookView | undefined, language: Language): VNode | null {
  const named = rulebook?.grades ?? [];
  const others = Object.keys(record.counts).filter((id) => !named.some((grade) => grade.id === id));
  const rows = [
    ...named.map(({ id, title }) => ({ id, title: title[language] })),
    ...others.sort().map((id) => ({ id, title: id })),
  ].filter(({ id }) => (record.counts[id] ?? 0) > 0);
  if (rows.length === 0) return null;
  return h(
    "ul",
    { class: "grades", "aria-label": say(language, "grades") },
    rows.map(({ id, title }) =>
      h("li", { key: id }, [h("span", title), h("strong", whole(language, record.counts[id] ?? 0))]),
    ),
  );
}
