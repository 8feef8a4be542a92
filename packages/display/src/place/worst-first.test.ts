import { describe, expect, test } from "vitest";
import type { Answer } from "../api.ts";
import { RULEBOOK, sampleSite } from "../testing/sample-site.ts";
import type { EnterprisePage, EnterpriseRow } from "./enterprise.ts";
import { gradesWorstFirst, worstFirst } from "./worst-first.ts";

const row = (id: string, grade: string): EnterpriseRow => ({ id, name: id, grade, score: null, healthCode: "none" });

/** Answers as the server does: in the order of ids, a page of `size`. */
function serverOf(rows: readonly EnterpriseRow[], size: number) {
  const asked: (string | null)[] = [];
  const ask = async (grade: string | null): Promise<Answer<EnterprisePage>> => {
    asked.push(grade);
    const fitting = rows.filter((each) => grade === null || each.grade === grade);
    return { ok: true, value: { items: fitting.slice(0, size), next: fitting.length > size ? "cursor" : null } };
  };
  return { ask, asked };
}

describe("worstFirst", () => {
  const rows = [row("1", "good"), row("2", "bad"), row("3", ""), row("4", "good"), row("5", "bad")];
  const grades = ["bad", "good"];
  const ids = (answer: Answer<{ items: readonly EnterpriseRow[]; more: boolean }>) =>
    answer.ok ? [answer.value.items.map(({ id }) => id).join(""), answer.value.more] : answer;

  test("the worst come first, those without a grade last, each once", async () => {
    expect(ids(await worstFirst(serverOf(rows, 9).ask, grades, 9))).toEqual(["25143", false]);
  });

  test("a full page asks no further", async () => {
    const { ask, asked } = serverOf(rows, 1);
    expect(ids(await worstFirst(ask, grades, 1))).toEqual(["2", true]);
    expect(asked).toEqual(["bad"]);
  });

  test.each([
    [2, "25", true],
    [3, "251", true],
    [4, "2514", true],
    [5, "25143", false],
  ])("of %i shown it knows whether there are more", async (size, shown, more) => {
    expect(ids(await worstFirst(serverOf(rows, size).ask, grades, size))).toEqual([shown, more]);
  });

  test("a refusal is the answer", async () => {
    const refused = { ok: false, trouble: "unavailable", detail: "" } as const;
    expect(await worstFirst(async () => refused, grades, 9)).toBe(refused);
  });
});

test("grades are those of the region's rulebook, or of the only one", () => {
  expect(gradesWorstFirst(sampleSite, RULEBOOK)).toEqual(["risk", "non-risk"]);
  expect(gradesWorstFirst(sampleSite, undefined)).toEqual(["risk", "non-risk"]);
  const [book] = sampleSite.rulebooks;
  const two = { ...sampleSite, rulebooks: [book!, { ...book!, key: "other@1", grades: [] }] };
  expect(gradesWorstFirst(two, undefined)).toEqual([]);
  expect(gradesWorstFirst(two, "other@1")).toEqual([]);
});
