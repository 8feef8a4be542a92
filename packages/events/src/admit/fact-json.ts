import { formatDay } from "@sanfen/model";
import { BODY_OF, decodeBody } from "../body.ts";
import type { Fact } from "../generated/types.ts";
import type { Json, RecordShape, Shape } from "../shape.ts";
import { STATED_FIELDS, bodyShape } from "./fact-shape.ts";

/** A fact as a JSON document, and why its body is missing where it could not be read. */
export interface FactJson {
  readonly json: Readonly<Record<string, Json>>;
  /** Absent where the body could be read, and for a retraction. */
  readonly bodyProblem?: string;
}

/**
 * A fact as people sent it: what `admitFact` takes. Members that are at their default are left out, but for the
 * revision; the instant of arrival is no part of it.
 */
export function factToJson(fact: Fact): FactJson {
  const stated = membersOf(STATED_FIELDS, fact, (name) => name !== "revision");
  if (fact.retracted) return { json: stated };
  const shape = bodyShape(fact.kind);
  const body = decodeBody(fact);
  if (shape === undefined || body.name === null) {
    return { json: stated, bodyProblem: body.name === null ? body.detail : `${BODY_OF[fact.kind]} has no shape` };
  }
  return { json: { ...stated, body: membersOf(shape.fields, body.value, () => true) } };
}

function membersOf(
  fields: RecordShape["fields"],
  value: object,
  omitted: (name: string) => boolean,
): Readonly<Record<string, Json>> {
  const members = fields
    .map((field) => [field, (value as Readonly<Record<string, unknown>>)[field.name]] as const)
    .filter(([field, member]) => !(omitted(field.name) && isDefault(member, field.default)))
    .map(([field, member]) => [field.name, toJson(field.shape, member)] as const);
  return Object.fromEntries(members);
}

/** A day or an instant has its default as the number it is, texts and flags as they are; lists only the empty one. */
function isDefault(member: unknown, fallback: Json | undefined): boolean {
  if (Array.isArray(member)) return member.length === 0 && Array.isArray(fallback) && fallback.length === 0;
  return fallback !== undefined && member === fallback;
}

function toJson(shape: Shape, value: unknown): Json {
  switch (shape.type) {
    case "record":
      return membersOf(shape.fields, value as object, () => true);
    case "array":
      return (value as readonly unknown[]).map((item) => toJson(shape.items, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, toJson(shape.values, item)]),
      );
    case "union": {
      const branch = shape.branches.find((branch) => branch.type !== "null");
      return value === null || branch === undefined ? null : toJson(branch, value);
    }
    case "int":
    case "long":
      if (shape.logical === "date") return formatDay(value as number);
      return shape.logical === undefined ? (value as number) : new Date(value as number).toISOString();
    case "null":
    case "boolean":
    case "double":
    case "string":
    case "enum":
    case "bytes":
      break;
  }
  return value as Json;
}
