import { formatDay } from "@sanfen/model";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { FieldShape, Shape } from "../shape.ts";

/** JSON documents that the door reads as a value of the shape: days as dates, members with a default present or not. */
export function validJson(shape: Shape): Arbitrary<unknown> {
  switch (shape.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "int":
      if (shape.logical === "date") return fc.integer({ min: 0, max: 40_000 }).map(formatDay);
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case "long":
      if (shape.logical !== undefined)
        return fc.date({ noInvalidDate: true, min: new Date(0) }).map((d) => d.toISOString());
      return fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 });
    case "double":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "string":
    case "bytes":
      return fc.string({ unit: "binary", maxLength: 20 });
    case "enum":
      return fc.constantFrom(...shape.symbols.filter((symbol) => symbol !== "unknown"));
    case "union":
      return fc.oneof(...shape.branches.map(validJson));
    case "array":
      return fc.array(validJson(shape.items), { maxLength: 5 });
    case "map":
      return fc.dictionary(fc.string(), validJson(shape.values), { noNullPrototype: true });
    case "record":
      break;
  }
  return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, validJson(field.shape)])), {
    requiredKeys: shape.fields.filter(isRequired).map((field) => field.name),
  });
}

function isRequired(field: FieldShape): boolean {
  return field.default === undefined || field.default === "unknown";
}
