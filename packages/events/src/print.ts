import type { Json, Shape } from "./shape.ts";

/**
 * A shape as one Avro schema that needs no other: a named type is written out where it is first met and named after
 * that. `readShapes` of the result gives the shape back.
 */
export function printSchema(shape: Shape): Json {
  return print(shape, new Set(), true);
}

/**
 * Parsing Canonical Form (Avro 1.12, "Parsing Canonical Form for Schemas"): what decides how bytes are read, in one
 * spelling. Documents, defaults, aliases and logical types are no part of it.
 */
export function canonicalForm(shape: Shape): string {
  return JSON.stringify(print(shape, new Set(), false));
}

function print(shape: Shape, seen: Set<string>, whole: boolean): Json {
  switch (shape.type) {
    case "union":
      return shape.branches.map((branch) => print(branch, seen, whole));
    case "array":
      return { type: "array", items: print(shape.items, seen, whole) };
    case "map":
      return { type: "map", values: print(shape.values, seen, whole) };
    case "enum":
    case "record": {
      if (seen.has(shape.name)) return shape.name;
      seen.add(shape.name);
      // The order of members is part of the canonical form: name, type, fields or symbols.
      return {
        name: shape.name,
        type: shape.type,
        ...(whole && shape.doc !== undefined ? { doc: shape.doc } : {}),
        ...(whole && shape.aliases.length > 0 ? { aliases: shape.aliases } : {}),
        ...(shape.type === "enum"
          ? { symbols: shape.symbols }
          : {
              fields: shape.fields.map((field) => ({
                name: field.name,
                type: print(field.shape, seen, whole),
                ...(whole && field.doc !== undefined ? { doc: field.doc } : {}),
                ...(whole && field.aliases.length > 0 ? { aliases: field.aliases } : {}),
                ...(whole && field.default !== undefined ? { default: field.default } : {}),
              })),
            }),
        ...(whole && shape.type === "enum" && shape.default !== undefined ? { default: shape.default } : {}),
      };
    }
    case "null":
    case "boolean":
    case "int":
    case "long":
    case "double":
    case "string":
    case "bytes":
      break;
  }
  return whole && shape.logical !== undefined ? { type: shape.type, logicalType: shape.logical } : shape.type;
}
