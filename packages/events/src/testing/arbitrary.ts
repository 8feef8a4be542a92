import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Shape } from "../shape.ts";

/** Values of a shape, its extremes among them; maps without the one key that no object keeps. */
export function valueOf(shape: Shape): Arbitrary<unknown> {
  switch (shape.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "int":
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case "long":
      return fc.oneof(fc.constantFrom(-(2 ** 52), 2 ** 53 - 2), fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 }));
    case "double":
      return fc.double({ noNaN: true });
    case "string":
      return fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", minLength: 60, maxLength: 200 }));
    case "bytes":
      return fc.uint8Array().map((bytes) => Buffer.from(bytes));
    case "enum":
      return fc.constantFrom(...shape.symbols);
    case "union":
      return fc.oneof(...shape.branches.map(valueOf));
    case "array":
      return fc.array(valueOf(shape.items));
    case "map": {
      const key = fc.string({ unit: "binary" }).filter((key) => key !== "__proto__");
      return fc.dictionary(key, valueOf(shape.values), { noNullPrototype: true });
    }
    case "record":
      break;
  }
  return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, valueOf(field.shape)])));
}
