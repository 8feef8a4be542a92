import { shortName, type EnumShape, type FieldShape, type RecordShape, type Shape } from "../shape.ts";

/** `FactKind` → `FACT_KINDS`, `Severity` → `SEVERITIES`. */
function constantName(name: string): string {
  const upper = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
  return upper.endsWith("Y") ? `${upper.slice(0, -1)}IES` : `${upper}S`;
}

function typeOf(shape: Shape): string {
  switch (shape.type) {
    case "null":
      return "null";
    case "boolean":
      return "boolean";
    case "int":
    case "long":
    case "double":
      return "number";
    case "string":
      return "string";
    case "bytes":
      return "Uint8Array";
    case "enum":
    case "record":
      return shortName(shape.name);
    case "array": {
      const items = typeOf(shape.items);
      return `readonly ${items.includes("|") ? `(${items})` : items}[]`;
    }
    case "map":
      return `Readonly<Record<string, ${typeOf(shape.values)}>>`;
    case "union":
      break;
  }
  // null last, as people write it.
  const branches = shape.branches.toSorted((a, b) => Number(a.type === "null") - Number(b.type === "null"));
  return branches.map(typeOf).join(" | ");
}

/** What the number is, where the type cannot say it. */
function unitOf(shape: Shape): string | undefined {
  if (shape.type === "union") return shape.branches.map(unitOf).find((unit) => unit !== undefined);
  if (shape.type !== "int" && shape.type !== "long") return undefined;
  if (shape.logical === "date") return "In days since 1970-01-01";
  return shape.logical === "timestamp-millis" ? "In ms since 1970-01-01T00:00Z" : undefined;
}

function comment(indent: string, parts: readonly (string | undefined)[]): string {
  const text = parts.filter((part) => part !== undefined).join(". ");
  return text === "" ? "" : `${indent}/** ${text.replaceAll("*/", "*\\/")}. */\n`;
}

function printField(field: FieldShape): string {
  return `${comment("  ", [field.doc, unitOf(field.shape)])}  readonly ${field.name}: ${typeOf(field.shape)};\n`;
}

function printEnum(shape: EnumShape): string {
  const name = shortName(shape.name);
  const constant = constantName(name);
  const symbols = shape.symbols.map((symbol) => `  ${JSON.stringify(symbol)},\n`).join("");
  const note = shape.default === undefined ? undefined : `Symbols a reader does not know read as \`${shape.default}\``;
  return (
    `export const ${constant} = [\n${symbols}] as const;\n` +
    `${comment("", [shape.doc, note])}export type ${name} = (typeof ${constant})[number];\n`
  );
}

function printRecord(shape: RecordShape): string {
  return `${comment("", [shape.doc])}export interface ${shortName(shape.name)} {\n${shape.fields.map(printField).join("")}}\n`;
}

/** Every named type within the shapes, each once, parts before what they are part of. */
function namedTypes(shapes: readonly Shape[]): (EnumShape | RecordShape)[] {
  const found = new Map<string, EnumShape | RecordShape>();
  function visit(shape: Shape): void {
    if (shape.type === "union") shape.branches.forEach(visit);
    else if (shape.type === "array") visit(shape.items);
    else if (shape.type === "map") visit(shape.values);
    else if (shape.type === "enum") found.set(shape.name, shape);
    else if (shape.type === "record") {
      for (const field of shape.fields) visit(field.shape);
      found.set(shape.name, shape);
    }
  }
  shapes.forEach(visit);
  return [...found.values()];
}

/** The TypeScript of `generated/types.ts`: a const array and a union per enum, an interface per record. */
export function printTypes(shapes: readonly Shape[]): string {
  const types = namedTypes(shapes).map((shape) => (shape.type === "enum" ? printEnum(shape) : printRecord(shape)));
  const records = shapes
    .filter((shape) => shape.type === "record")
    .map((shape) => `  readonly ${shortName(shape.name)}: ${shortName(shape.name)};\n`);
  return (
    "// Written from schemas/*.avsc by `pnpm schemas`. Do not edit.\n\n" +
    types.join("\n") +
    `\n/** The records that have a schema file of their own, by name. */\nexport interface RecordTypes {\n${records.join("")}}\n`
  );
}
