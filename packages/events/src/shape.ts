/**
 * Avro schemas as a tree with every name resolved: what the generator, the codec, the compatibility check and the
 * door all walk. Left out of Avro 1.12 because no event needs them: float, fixed, recursive types.
 */
export type Shape = PrimitiveShape | EnumShape | RecordShape | ArrayShape | MapShape | UnionShape;

type Primitive = "null" | "boolean" | "int" | "long" | "double" | "string" | "bytes";
/** `date`: days since 1970-01-01. `timestamp-millis`: ms since then. Both stay plain numbers in memory. */
type Logical = "date" | "timestamp-millis";

export interface PrimitiveShape {
  readonly type: Primitive;
  readonly logical?: Logical;
}
interface Named {
  /** Full name: `sanfen.Fact`. */
  readonly name: string;
  readonly doc?: string;
  /** Full names. */
  readonly aliases: readonly string[];
}
export interface EnumShape extends Named {
  readonly type: "enum";
  readonly symbols: readonly string[];
  /** What a reader makes of a symbol that it does not know. */
  readonly default?: string;
}
export interface RecordShape extends Named {
  readonly type: "record";
  readonly fields: readonly FieldShape[];
}
export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
  readonly doc?: string;
  readonly aliases: readonly string[];
  /** As JSON; undefined where the field has none (null is a default). */
  readonly default?: Json;
}
interface ArrayShape {
  readonly type: "array";
  readonly items: Shape;
}
interface MapShape {
  readonly type: "map";
  readonly values: Shape;
}
export interface UnionShape {
  readonly type: "union";
  readonly branches: readonly Exclude<Shape, UnionShape>[];
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

const PRIMITIVES: ReadonlySet<string> = new Set<Primitive>([
  "null",
  "boolean",
  "int",
  "long",
  "double",
  "string",
  "bytes",
]);
/** Which primitive a logical type stands on (Avro 1.12, Logical Types). */
const UNDER: Readonly<Record<string, Primitive>> = { date: "int", "timestamp-millis": "long" };

/** `sanfen.Fact` → `Fact`. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/**
 * Resolves schema documents that refer to each other by name, in any order. Answers the shape of each document in the
 * order given; throws Error naming the schema that is wrong.
 */
export function readShapes(documents: readonly Json[]): Shape[] {
  const definitions = new Map<string, { readonly json: JsonObject; readonly namespace: string }>();
  for (const document of documents) collectDefinitions(document, "", definitions);
  const done = new Map<string, EnumShape | RecordShape>();
  const open = new Set<string>();

  function byName(name: string): EnumShape | RecordShape {
    const known = done.get(name);
    if (known) return known;
    const found = definitions.get(name);
    if (!found) throw new Error(`no schema is named ${name}`);
    if (open.has(name)) throw new Error(`${name} contains itself: recursive schemas are not supported`);
    open.add(name);
    const shape = found.json["type"] === "enum" ? readEnum(name, found.json) : readRecord(name, found);
    done.set(name, shape);
    return shape;
  }

  function readRecord(name: string, found: { readonly json: JsonObject; readonly namespace: string }): RecordShape {
    const fields = list(found.json["fields"], `${name}.fields`).map((field): FieldShape => {
      const json = object(field, `a field of ${name}`);
      const fieldName = text(json["name"], `a field's name in ${name}`);
      return {
        name: fieldName,
        shape: read(json["type"], found.namespace, `${name}.${fieldName}`),
        ...optionalDoc(json),
        aliases: json["aliases"] === undefined ? [] : texts(json["aliases"], `aliases of ${name}.${fieldName}`),
        ...(json["default"] === undefined ? {} : { default: json["default"] }),
      };
    });
    return { type: "record", name, ...named(found.json, found.namespace), fields };
  }

  function read(json: Json | undefined, namespace: string, where: string): Shape {
    if (typeof json === "string") {
      return PRIMITIVES.has(json) ? { type: json as Primitive } : byName(fullName(json, namespace));
    }
    if (Array.isArray(json)) {
      return {
        type: "union",
        branches: json.map((branch: Json) => {
          const shape = read(branch, namespace, where);
          if (shape.type === "union") throw new Error(`${where}: a union directly in a union`);
          return shape;
        }),
      };
    }
    const schema = object(json, where);
    const type = schema["type"];
    if (type === "array") return { type, items: read(schema["items"], namespace, where) };
    if (type === "map") return { type, values: read(schema["values"], namespace, where) };
    if (type === "record" || type === "enum") return byName(nameOf(schema, namespace));
    const logical = schema["logicalType"];
    if (logical === undefined) return read(type, namespace, where);
    if (typeof logical !== "string" || UNDER[logical] !== type) {
      throw new Error(`${where}: logical type ${JSON.stringify(logical)} of ${JSON.stringify(type)}`);
    }
    return { type: UNDER[logical]!, logical: logical as Logical };
  }

  return documents.map((document, i) => read(document, "", `schema ${i + 1}`));
}

function readEnum(name: string, json: JsonObject): EnumShape {
  const symbols = texts(json["symbols"], `${name}.symbols`);
  const fallback = json["default"];
  if (fallback !== undefined && !symbols.includes(text(fallback, `${name}.default`))) {
    throw new Error(`${name}: default ${JSON.stringify(fallback)} is none of its symbols`);
  }
  const namespace = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  return {
    type: "enum",
    name,
    ...named(json, namespace),
    symbols,
    ...(typeof fallback === "string" ? { default: fallback } : {}),
  };
}

function collectDefinitions(
  json: Json | undefined,
  namespace: string,
  into: Map<string, { readonly json: JsonObject; readonly namespace: string }>,
): void {
  if (Array.isArray(json)) {
    for (const branch of json) collectDefinitions(branch, namespace, into);
    return;
  }
  if (typeof json !== "object" || json === null) return;
  const schema = json as JsonObject;
  const type = schema["type"];
  if (type !== "record" && type !== "enum") {
    for (const inner of [type, schema["items"], schema["values"]]) collectDefinitions(inner, namespace, into);
    return;
  }
  const name = nameOf(schema, namespace);
  const inner = name.slice(0, Math.max(0, name.lastIndexOf(".")));
  if (into.has(name)) throw new Error(`${name} is defined twice`);
  into.set(name, { json: schema, namespace: inner });
  if (type === "enum") return;
  for (const field of list(schema["fields"], `${name}.fields`)) {
    collectDefinitions(object(field, `a field of ${name}`)["type"], inner, into);
  }
}

function nameOf(schema: JsonObject, namespace: string): string {
  const own = schema["namespace"];
  return fullName(text(schema["name"], "a schema's name"), typeof own === "string" ? own : namespace);
}

function fullName(name: string, namespace: string): string {
  return name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
}

function named(json: JsonObject, namespace: string): { doc?: string; aliases: readonly string[] } {
  const aliases = json["aliases"] === undefined ? [] : texts(json["aliases"], "aliases");
  return { ...optionalDoc(json), aliases: aliases.map((alias) => fullName(alias, namespace)) };
}

function optionalDoc(json: JsonObject): { doc?: string } {
  return typeof json["doc"] === "string" ? { doc: json["doc"] } : {};
}

function object(json: Json | undefined, what: string): JsonObject {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error(`${what}: not an object`);
  return json as JsonObject;
}

function list(json: Json | undefined, what: string): readonly Json[] {
  if (!Array.isArray(json)) throw new Error(`${what}: not a list`);
  return json as readonly Json[];
}

function text(json: Json | undefined, what: string): string {
  if (typeof json !== "string") throw new Error(`${what}: not a text`);
  return json;
}

function texts(json: Json | undefined, what: string): readonly string[] {
  return list(json, what).map((item) => text(item, what));
}
