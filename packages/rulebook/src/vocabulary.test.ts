import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { FACT_WORDS, ROLES, SEVERITIES, type FieldWords } from "./vocabulary.ts";

type Avro =
  | string
  | readonly Avro[]
  | {
      readonly type: Avro;
      readonly name?: string;
      readonly logicalType?: string;
      readonly symbols?: readonly string[];
      readonly items?: Avro;
    };

interface AvroRecord {
  readonly name: string;
  readonly doc: string;
  readonly symbols?: readonly string[];
  readonly fields: readonly { readonly name: string; readonly type: Avro }[];
}

const SCHEMAS = new URL("../../../schemas/", import.meta.url);

function read(name: string): AvroRecord {
  return JSON.parse(readFileSync(new URL(name, SCHEMAS), "utf8")) as AvroRecord;
}

const factFields = new Map(read("fact.avsc").fields.map(({ name, type }) => [name, type]));

function symbolsOf(type: Avro | undefined): readonly string[] {
  return typeof type === "object" && "symbols" in type ? (type.symbols ?? []) : [];
}

function wordsOf(type: Avro): FieldWords {
  if (type === "sanfen.Severity") return read("severity.avsc").symbols ?? [];
  if (type === "string") return "text";
  if (type === "int" || type === "long") return "number";
  if (type === "boolean") return "boolean";
  if (typeof type === "string") throw new Error(`no words for ${type}`);
  if ("type" in type) {
    if (type.symbols) return type.symbols;
    if (type.logicalType === "date") return "date";
    if (type.type !== "array") return wordsOf(type.type);
    return typeof type.items === "object" && "name" in type.items && type.items.name === "Findings"
      ? "findings"
      : "list";
  }
  const [, present] = type;
  if (type[0] !== "null" || present === undefined) throw new Error(`no words for ${JSON.stringify(type)}`);
  return wordsOf(present);
}

/** A body's schema names the kinds it serves at the head of its doc, or its file name does. */
function kindsOf(file: string, { doc }: AvroRecord, kinds: readonly string[]): string[] {
  const named = (doc.split(":")[0] ?? "").split(", ").map((word) => word.trim());
  const served = doc.includes(":") ? named.filter((word) => kinds.includes(word)) : [];
  // inspection's doc is a list of kinds and nothing else.
  const listed = doc.split(", ").filter((word) => kinds.includes(word));
  const own = file.replace(/^body-|\.avsc$/g, "").replaceAll("-", "_");
  return [...new Set([...served, ...listed, ...(kinds.includes(own) ? [own] : [])])];
}

test("kinds and roles are those of the fact's schema", () => {
  expect(["unknown", ...FACT_WORDS.keys()].sort()).toEqual([...symbolsOf(factFields.get("kind"))].sort());
  expect(ROLES).toEqual(symbolsOf(factFields.get("role")));
  expect(SEVERITIES).toEqual(wordsOf("sanfen.Severity"));
});

test("fields and values are those of the bodies' schemas", () => {
  const kinds = [...FACT_WORDS.keys()];
  const found = readdirSync(SCHEMAS)
    .filter((file) => file.startsWith("body-"))
    .flatMap((file) => {
      const record = read(file);
      const words = Object.fromEntries(record.fields.map(({ name, type }) => [name, wordsOf(type)]));
      return kindsOf(file, record, kinds).map((kind) => [kind, words] as const);
    });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(FACT_WORDS));
});
