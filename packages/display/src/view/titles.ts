import type { Trouble } from "../api.ts";
import type { SiteView } from "../place/site.ts";
import { type Language, say } from "../words.ts";

/** A grade as its rulebook (`id@version`) calls it; its id when the rulebook is not known here. */
export function gradeTitle(site: SiteView, rulebook: string | undefined, grade: string, language: Language): string {
  const book = site.rulebooks.find(({ key }) => key === rulebook);
  return book?.grades.find(({ id }) => id === grade)?.title[language] ?? grade;
}

export function troubleWord(trouble: Trouble, language: Language): string {
  return say(language, trouble === "refused" ? "troubleRefused" : trouble);
}
