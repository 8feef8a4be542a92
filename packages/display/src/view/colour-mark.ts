import type { Colour } from "@sanfen/model";
import { h, type VNode } from "vue";
import { LETTERS } from "../palette.ts";
import { type Language, say } from "../words.ts";

/** A colour in a line of text: its letter on its paint and pattern, named for those who do not see it. */
export function colourMark(colour: Colour, language: Language): VNode {
  const name = say(language, colour);
  return h("span", { class: ["mark", `is-${colour}`], role: "img", "aria-label": name, title: name }, [
    LETTERS[colour][language],
  ]);
}
