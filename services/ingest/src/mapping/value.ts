/** Values of a mapping: templates, cells and what is made of them. Pure. */
import { compileCondition } from "./condition.ts";
import { DEFAULT_FORMATS, dateReader } from "./date-format.ts";
import type { CellDocument, Json, Scalar, ValueDocument } from "./mapping.ts";
import { DECIMAL, plain, quoteCell, type MappedRow } from "./row.ts";

/** The value in a row; undefined where there is none. What is wrong with the row is reported to it. */
export type Value = (row: MappedRow) => Json | undefined;

/** `columns` is told every column that the value reads. Throws RangeError for what makes no sense. */
export function compileValue(document: ValueDocument, columns: (name: string) => void): Value {
  if (typeof document === "string") return compileTemplate(document, columns);
  if (typeof document !== "object" || document === null) return () => document;
  if (isList(document)) return compileList(document, columns);
  if (isCell(document)) return compileCell(document, columns);
  if (isFirstOf(document)) {
    const choices = document.firstOf.map((choice) => compileValue(choice, columns));
    return (row) => {
      for (const choice of choices) {
        const value = choice(row);
        if (value !== undefined) return value;
      }
      return undefined;
    };
  }
  if (isGuarded(document)) {
    const holds = compileCondition(document.when, columns);
    const value = compileValue(document.value, columns);
    return (row) => (holds(row) ? value(row) : undefined);
  }
  return compileObject(document, columns);
}

/** An object without the members that have no value. */
function compileObject(document: Readonly<Record<string, ValueDocument>>, columns: (name: string) => void): Value {
  const members = Object.entries(document).map(([name, value]) => [name, compileValue(value, columns)] as const);
  return (row) => {
    const object: Record<string, Json> = {};
    for (const [name, valueOf] of members) {
      const value = valueOf(row);
      if (value !== undefined) object[name] = value;
    }
    return object;
  };
}

function compileList(documents: readonly ValueDocument[], columns: (name: string) => void): Value {
  const items = documents.map((item) => compileValue(item, columns));
  return (row) =>
    items.flatMap((item) => {
      const value = item(row);
      return value === undefined ? [] : [value];
    });
}

const PLACE = /\{([^{}]+)\}/g;

function compileTemplate(template: string, columns: (name: string) => void): Value {
  const names = [...template.matchAll(PLACE)].map(([, name]) => name!);
  for (const name of names) columns(name);
  if (names.length === 0) return () => template;
  const texts = template.split(PLACE);
  return (row) => {
    let text = "";
    // Texts and names take turns, texts first.
    for (const [i, part] of texts.entries()) {
      const piece = i % 2 === 0 ? part : row.cell(part);
      if (i % 2 === 1 && piece === "") return undefined;
      text += piece;
    }
    return text;
  };
}

function compileCell(document: CellDocument, columns: (name: string) => void): Value {
  columns(document.column);
  const { column, lookup } = document;
  const read = lookup ? lookUp(lookup, document.otherwise) : reader(document);
  return (row) => {
    const text = row.cell(column);
    if (text === "") return undefined;
    const value = read(text);
    if (typeof value === "object" && value !== null && "wrong" in value) {
      row.report({ column, code: value.code, detail: value.wrong });
      return undefined;
    }
    return value;
  };
}

interface Wrong {
  readonly wrong: string;
  readonly code: string;
}
type Reader = (text: string) => Scalar | readonly string[] | Wrong;

function lookUp(lookup: Readonly<Record<string, Scalar>>, otherwise: Scalar | undefined): Reader {
  const table = new Map(Object.entries(lookup).map(([text, value]) => [plain(text), value]));
  const known = Object.keys(lookup).join(", ");
  return (text) => {
    const value = table.get(plain(text));
    if (value !== undefined) return value;
    return otherwise === undefined ? { code: "lookup", wrong: `${quoteCell(text)} is none of ${known}` } : otherwise;
  };
}

const INTEGER = /^[+-]?\d{1,15}$/;

function wrong(code: string, text: string, what: string): Wrong {
  return { code, wrong: `${quoteCell(text)} is not ${what}` };
}

function reader({ as = "text", formats = DEFAULT_FORMATS, separators = ",，、;；" }: CellDocument): Reader {
  switch (as) {
    case "integer":
      return (text) => (INTEGER.test(text) ? Number(text) : wrong("number", text, "a whole number"));
    case "number":
      return (text) => (DECIMAL.test(text) ? Number(text) : wrong("number", text, "a number"));
    case "date": {
      const read = dateReader(formats);
      return (text) => read(text) ?? wrong("date", text, `a date in the form ${formats.join(" or ")}`);
    }
    case "list": {
      const marks = new Set(separators);
      return (text) => splitAt(text, marks);
    }
    case "text":
      break;
  }
  return (text) => text;
}

function splitAt(text: string, marks: ReadonlySet<string>): string[] {
  const parts = [""];
  for (const character of text) {
    if (marks.has(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function isList(document: object): document is readonly ValueDocument[] {
  return Array.isArray(document);
}

function isCell(document: object): document is CellDocument {
  return "column" in document;
}

function isFirstOf(
  document: object,
): document is Extract<ValueDocument, { firstOf: unknown }> & { firstOf: readonly ValueDocument[] } {
  return "firstOf" in document;
}

function isGuarded(
  document: object,
): document is { value: ValueDocument; when: Parameters<typeof compileCondition>[0] } {
  return "value" in document && "when" in document;
}
