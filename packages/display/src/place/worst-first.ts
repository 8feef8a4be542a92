import type { Answer } from "../api.ts";
import type { EnterprisePage, EnterpriseRow } from "./enterprise.ts";
import type { SiteView } from "./site.ts";

/** The enterprises of a region that are shown, those at the worst grade first. */
export interface EnterpriseList {
  readonly items: readonly EnterpriseRow[];
  /** Whether the region has others. */
  readonly more: boolean;
}

/** Ids of a rulebook's grades, the worst first: of the one named (`id@version`), else of the only one there is. */
export function gradesWorstFirst({ rulebooks }: SiteView, key: string | undefined): readonly string[] {
  const only = rulebooks.length === 1 ? rulebooks[0] : undefined;
  const book = rulebooks.find((known) => known.key === key) ?? only;
  return (book?.grades ?? []).map(({ id }) => id).toReversed();
}

/**
 * Asks for one grade after the other, then for those of any grade (`null`: some have none that the rulebook names),
 * until there are `size`. An enterprise that changes grade meanwhile stands where it was found first. The first
 * question that fails is the answer.
 */
export async function worstFirst(
  ask: (grade: string | null) => Promise<Answer<EnterprisePage>>,
  grades: readonly string[],
  size: number,
): Promise<Answer<EnterpriseList>> {
  const found = new Map<string, EnterpriseRow>();
  for (const grade of [...grades, null]) {
    const answer = await ask(grade);
    if (!answer.ok) return answer;
    const { items, next } = answer.value;
    for (const row of items) if (!found.has(row.id)) found.set(row.id, row);
    if (next !== null || found.size > size) {
      return { ok: true, value: { items: [...found.values()].slice(0, size), more: true } };
    }
  }
  return { ok: true, value: { items: [...found.values()], more: false } };
}
