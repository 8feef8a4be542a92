import type { Problem } from "@sanfen/model";
import type { Band } from "./rulebook.ts";

export function problem(pointer: string, code: string, detail: string): Problem {
  return { pointer, code, detail };
}

/** One problem for each id that an earlier one of the list has. */
export function checkUnique(list: readonly { readonly id: string }[], at: string): Problem[] {
  const seen = new Set<string>();
  return list.flatMap(({ id }, i) => {
    if (seen.has(id)) return [problem(`${at}/${i}`, "duplicate", `${id} is there already`)];
    seen.add(id);
    return [];
  });
}

/** One problem for each name that no entry of the list has. */
export function checkKnown(
  names: readonly string[],
  list: readonly { readonly id: string }[],
  pointer: (i: number) => string,
  what: string,
): Problem[] {
  return names.flatMap((name, i) =>
    list.some(({ id }) => id === name) ? [] : [problem(pointer(i), "unknown", `there is no ${what} ${name}`)],
  );
}

/** Bands must start at 0, follow each other without gap or overlap, and only the last is open. */
export function checkBands(bands: readonly Band[], pointer: (i: number) => string): Problem[] {
  const problems: Problem[] = [];
  let next: number | undefined = 0;
  for (const [i, { from, below }] of bands.entries()) {
    const at = pointer(i);
    if (next !== undefined && from > next) {
      problems.push(problem(`${at}/from`, "gap", `${range(next, from)} is in no band`));
    }
    if (next !== undefined && from < next) {
      problems.push(problem(`${at}/from`, "overlap", `${range(from, next)} is in the band before, too`));
    }
    if (below !== undefined && below <= from) {
      problems.push(problem(`${at}/below`, "empty", `nothing is from ${from} on and below ${below}`));
    }
    const last = i === bands.length - 1;
    if (last && below !== undefined) {
      problems.push(problem(`${at}/below`, "gap", `${below} and more is in no band`));
    }
    if (!last && below === undefined) problems.push(problem(at, "overlap", "only the last band may be open"));
    next = below;
  }
  return problems;
}

/** Whole numbers from `from` on, less than `below`. */
function range(from: number, below: number): string {
  return below - from === 1 ? `${from}` : `${from} to ${below - 1}`;
}
