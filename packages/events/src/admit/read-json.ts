import { parseDay } from "@sanfen/model";
import type { EnumShape, FieldShape, Json, PrimitiveShape, RecordShape, Shape, UnionShape } from "../shape.ts";
import { below, nearest, quote, type Problems } from "./problems.ts";

/** Stands for a value that was wrong, and was reported. */
export const WRONG: unique symbol = Symbol("wrong");
type Read<T> = T | typeof WRONG;

/** The symbol that a reader puts for one it does not know. Nobody may send it, so no field is filled with it either. */
const UNREAD = "unknown";

/**
 * Reads a JSON document as a value of an Avro shape, reporting everything that does not fit. As people write it: a day
 * is `YYYY-MM-DD`, an instant RFC 3339, an absent member its default.
 */
export function readJson(shape: Shape, json: unknown, pointer: string, problems: Problems): Read<unknown> {
  switch (shape.type) {
    case "record":
      return readRecord(shape.fields, json, pointer, problems);
    case "array": {
      if (!Array.isArray(json)) return wrongType("a list", json, pointer, problems);
      const items = json.map((item: unknown, i) => readJson(shape.items, item, below(pointer, i), problems));
      return items.includes(WRONG) ? WRONG : items;
    }
    case "map": {
      if (!isObject(json)) return wrongType("an object", json, pointer, problems);
      const values = Object.entries(json).map(
        ([key, value]) => [key, readJson(shape.values, value, below(pointer, key), problems)] as const,
      );
      return values.some(([, value]) => value === WRONG) ? WRONG : Object.fromEntries(values);
    }
    case "enum":
      return readSymbol(shape, json, pointer, problems);
    case "union":
      return readUnion(shape, json, pointer, problems);
    case "null":
    case "boolean":
    case "int":
    case "long":
    case "double":
    case "string":
    case "bytes":
      break;
  }
  return readPrimitive(shape, json, pointer, problems);
}

function readRecord(
  fields: RecordShape["fields"],
  json: unknown,
  pointer: string,
  problems: Problems,
): Read<Readonly<Record<string, unknown>>> {
  const before = problems.count;
  const values = readFields(fields, [], json, pointer, problems);
  return problems.count === before ? values : WRONG;
}

/**
 * Reads an object's members as the fields of a record: what could be read, without what was wrong and reported.
 * Members that are neither fields nor among `others` are refused.
 */
export function readFields(
  fields: RecordShape["fields"],
  others: readonly string[],
  json: unknown,
  pointer: string,
  problems: Problems,
): Readonly<Record<string, unknown>> {
  if (!isObject(json)) {
    wrongType("an object", json, pointer, problems);
    return {};
  }
  const values: Record<string, unknown> = {};
  let present = 0;
  for (const field of fields) {
    // A field's name needs no escape in a pointer.
    const at = `${pointer}/${field.name}`;
    const isPresent = Object.hasOwn(json, field.name);
    if (isPresent) present += 1;
    const value = isPresent ? readJson(field.shape, json[field.name], at, problems) : absent(field, at, problems);
    if (value !== WRONG) values[field.name] = value;
  }
  const members = Object.keys(json);
  if (members.length > present) {
    const known = [...fields.map((field) => field.name), ...others];
    for (const name of members) {
      if (!known.includes(name)) problems.add(below(pointer, name), "unknown-member", unknownMember(name, known));
    }
  }
  return values;
}

function unknownMember(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
  return `no member is named ${quote(name)} here; ${hint}`;
}

/** What stands for a field that the document leaves out. */
function absent(field: FieldShape, pointer: string, problems: Problems): Read<unknown> {
  if (field.default !== undefined && field.default !== UNREAD) return field.default;
  problems.add(pointer, "required", `${field.name} is missing: ${expected(field.shape)}`);
  return WRONG;
}

function readUnion(shape: UnionShape, json: unknown, pointer: string, problems: Problems): Read<unknown> {
  if (json === null && shape.branches.some((branch) => branch.type === "null")) return null;
  // No event has a union other than of null and one type.
  const branch = shape.branches.find((branch) => branch.type !== "null");
  return branch ? readJson(branch, json, pointer, problems) : wrongType("null", json, pointer, problems);
}

function readSymbol(shape: EnumShape, json: unknown, pointer: string, problems: Problems): Read<string> {
  if (typeof json !== "string") return wrongType(expected(shape), json, pointer, problems);
  if (json !== UNREAD && shape.symbols.includes(json)) return json;
  problems.add(pointer, "unknown-symbol", `${quote(json)} is not ${expected(shape)}`);
  return WRONG;
}

function readPrimitive(shape: PrimitiveShape, json: unknown, pointer: string, problems: Problems): Read<Json> {
  if (shape.logical !== undefined) return readTime(shape.logical, json, pointer, problems);
  switch (shape.type) {
    case "boolean":
      return typeof json === "boolean" ? json : wrongType("true or false", json, pointer, problems);
    case "int":
      return readWhole(-(2 ** 31), 2 ** 31 - 1, json, pointer, problems);
    case "long":
      return readWhole(-(2 ** 52), 2 ** 53 - 2, json, pointer, problems);
    case "double":
      return typeof json === "number" ? json : wrongType("a number", json, pointer, problems);
    case "string":
      if (typeof json !== "string") return wrongType("a text", json, pointer, problems);
      if (json.isWellFormed()) return json;
      // Half of a surrogate pair has no UTF-8 form: other readers of the log would refuse the whole record.
      problems.add(pointer, "characters", "the text holds half of a surrogate pair");
      return WRONG;
    case "null":
    case "bytes":
      break;
  }
  // Bytes have no form in JSON, and no body holds any.
  return wrongType("absent", json, pointer, problems);
}

function readWhole(least: number, most: number, json: unknown, pointer: string, problems: Problems): Read<number> {
  if (typeof json !== "number" || !Number.isInteger(json)) return wrongType("a whole number", json, pointer, problems);
  // -0 is written as 0 and would not come back as sent.
  if (json >= least && json <= most) return json === 0 ? 0 : json;
  problems.add(pointer, "range", `${json} is not between ${least} and ${most}`);
  return WRONG;
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

function readTime(
  logical: NonNullable<PrimitiveShape["logical"]>,
  json: unknown,
  pointer: string,
  problems: Problems,
): Read<number> {
  const what = logical === "date" ? "a date YYYY-MM-DD" : "an instant as in RFC 3339";
  if (typeof json !== "string") return wrongType(what, json, pointer, problems);
  const time = logical === "date" ? parseDay(json) : RFC_3339.test(json) ? Date.parse(json) : undefined;
  if (time !== undefined && !Number.isNaN(time)) return time;
  problems.add(pointer, "date", `${quote(json)} is not ${what}`);
  return WRONG;
}

function wrongType(wanted: string, json: unknown, pointer: string, problems: Problems): typeof WRONG {
  problems.add(pointer, "type", `must be ${wanted}, is ${quote(json)}`);
  return WRONG;
}

function expected(shape: Shape): string {
  switch (shape.type) {
    case "enum":
      return `one of ${shape.symbols.filter((symbol) => symbol !== UNREAD).join(", ")}`;
    case "int":
    case "long":
      return shape.logical === undefined ? "a whole number" : shape.logical === "date" ? "a date" : "an instant";
    case "double":
      return "a number";
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "record":
    case "map":
    case "union":
    case "null":
    case "bytes":
      break;
  }
  return "an object";
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
