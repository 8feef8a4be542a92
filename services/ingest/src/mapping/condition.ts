/** Conditions on a row. Pure. */
import type { ConditionDocument } from "./mapping.ts";
import { DECIMAL, plain, quoteCell, type MappedRow } from "./row.ts";

export type Condition = (row: MappedRow) => boolean;

/**
 * `columns` is told every column that the condition reads. A cell that is no amount is reported to the row by `above`:
 * what the condition then answers is of no account.
 */
export function compileCondition(document: ConditionDocument, columns: (name: string) => void): Condition {
  if ("all" in document) {
    const parts = document.all.map((part) => compileCondition(part, columns));
    return (row) => parts.every((holds) => holds(row));
  }
  if ("any" in document) {
    const parts = document.any.map((part) => compileCondition(part, columns));
    return (row) => parts.some((holds) => holds(row));
  }
  if ("not" in document) {
    const part = compileCondition(document.not, columns);
    return (row) => !part(row);
  }
  const { column } = document;
  columns(column);
  if ("in" in document) {
    const texts = new Set(document.in.map(plain));
    return (row) => texts.has(plain(row.cell(column)));
  }
  if ("empty" in document) return (row) => (row.cell(column) === "") === document.empty;
  const { above } = document;
  return (row) => {
    const text = row.cell(column);
    if (text === "") return false;
    if (!DECIMAL.test(text) || Number(text) < 0) {
      row.report({ column, code: "number", detail: `${quoteCell(text)} is not a number of 0 or more` });
      return false;
    }
    return Number(text) > above;
  };
}
