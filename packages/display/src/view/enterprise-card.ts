import { type FunctionalComponent, h, type VNode } from "vue";
import type { Enterprise, Reason } from "../place/enterprise.ts";
import { type Language, say, type Word } from "../words.ts";
import { colourMark } from "./colour-mark.ts";
import type { Props } from "./header.ts";
import { gradeTitle, troubleWord } from "./titles.ts";

/** Facts named per clause; the rest are a number. */
const SHOWN_FACTS = 4;

/** One enterprise: its grade, and every clause and fact behind it. */
export const EnterpriseCard: FunctionalComponent<Props> = ({ store }) => {
  const { language } = store.route.value;
  const scene = store.scene.value;
  const loaded = store.enterprise.value;
  if (!scene) return null;
  if (loaded.kind === "loading") return h("p", { class: "quiet" }, say(language, "loading"));
  if (loaded.kind === "failed") return h("p", { class: "quiet", role: "alert" }, troubleWord(loaded.trouble, language));
  const enterprise = loaded.value;
  const grade = gradeTitle(scene.site, enterprise.rulebook, enterprise.grade, language);
  return h("article", { class: "enterprise" }, [
    h("p", { class: "standing" }, [colourMark(enterprise.healthCode, language), h("strong", grade)]),
    facts(enterprise, language),
    h("h3", say(language, "reasons")),
    enterprise.reasons.length === 0
      ? h("p", { class: "quiet" }, say(language, "noReasons"))
      : h(
          "ul",
          { class: "reasons" },
          enterprise.reasons.map((reason) => drawReason(reason, language)),
        ),
  ]);
};

function facts(enterprise: Enterprise, language: Language): VNode {
  const rows: [Word, string][] = [
    ["score", enterprise.score === null ? "—" : String(enterprise.score)],
    ["nextReview", enterprise.nextReviewOn ?? "—"],
    ["products", enterprise.products.join(", ") || "—"],
    ["rulebook", enterprise.rulebook || "—"],
  ];
  return h(
    "dl",
    { class: "figures" },
    rows.map(([word, value]) => h("div", { key: word }, [h("dt", say(language, word)), h("dd", value)])),
  );
}

function drawReason(reason: Reason, language: Language): VNode {
  const shown = reason.facts.slice(0, SHOWN_FACTS);
  const more = reason.facts.length - shown.length;
  return h("li", { key: reason.clause }, [
    h("div", [h("code", reason.clause), h("span", reason.text[language])]),
    reason.points === null ? null : h("strong", `${String(reason.points)} ${say(language, "points")}`),
    h("p", { class: "quiet" }, [
      `${say(language, "facts")}: ${shown.join(", ") || "—"}${more > 0 ? ` +${String(more)}` : ""}`,
    ]),
  ]);
}
