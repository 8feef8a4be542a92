import { type FunctionalComponent, h, type VNode } from "vue";
import { PAGE_SIZE } from "../api.ts";
import type { EnterpriseRow } from "../place/enterprise.ts";
import { type Language, say } from "../words.ts";
import { colourMark } from "./colour-mark.ts";
import type { Props } from "./header.ts";
import { gradeTitle, troubleWord } from "./titles.ts";

/** The enterprises of a region that has no parts, those at the worst grade first. */
export const EnterpriseList: FunctionalComponent<Props> = ({ store, actions }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  const loaded = store.enterprises.value;
  if (!scene) return null;
  if (loaded.kind === "loading") return h("p", { class: "quiet" }, say(language, "loading"));
  if (loaded.kind === "failed") return h("p", { class: "quiet", role: "alert" }, troubleWord(loaded.trouble, language));
  const { items, more } = loaded.value;
  if (items.length === 0) return h("p", { class: "quiet" }, say(language, "noFirms"));
  const rulebook = store.live.value.colours.get(scene.region.code)?.rulebook;
  const rows = items.map((row) =>
    drawRow(row, gradeTitle(scene.site, rulebook, row.grade, language), language, () => {
      actions.openEnterprise(row.id);
    }),
  );
  return h("div", { class: "enterprises" }, [
    h("table", [
      h("thead", [
        h("tr", [
          h("th", { scope: "col" }, say(language, "healthCode")),
          h("th", { scope: "col" }, say(language, "firmName")),
          h("th", { scope: "col" }, say(language, "grade")),
          h("th", { scope: "col", class: "number" }, say(language, "score")),
        ]),
      ]),
      h("tbody", rows),
    ]),
    more ? h("p", { class: "quiet" }, say(language, "firstFirms", { count: PAGE_SIZE })) : null,
  ]);
};

function drawRow(row: EnterpriseRow, grade: string, language: Language, open: () => void): VNode {
  return h("tr", { key: row.id }, [
    h("td", [colourMark(row.healthCode, language)]),
    h("td", [
      h("button", { type: "button", class: "link", "data-stop": row.id, onClick: open }, row.name),
      h("small", row.id),
    ]),
    h("td", grade),
    h("td", { class: "number" }, row.score === null ? "—" : String(row.score)),
  ]);
}
