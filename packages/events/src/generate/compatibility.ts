import { shortName, type EnumShape, type RecordShape, type Shape } from "../shape.ts";

/** Numbers a reader may widen (Avro 1.12, "Schema Resolution"), by the type that was written. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  int: ["long", "double"],
  long: ["double"],
  string: ["bytes"],
  bytes: ["string"],
};

/**
 * Why records written with `writer` could not be read with `reader`: one line a reason, empty when all can. Stricter
 * than Avro's resolution in two points: every branch of a written union must be readable, not only those met; and a
 * number keeps its logical type, for a day read as an instant is no error to Avro but wrong to us.
 */
export function whyUnreadable(reader: Shape, writer: Shape, where: string): string[] {
  if (writer.type === "union") return writer.branches.flatMap((branch) => whyUnreadable(reader, branch, where));
  if (reader.type === "union") {
    const fits = reader.branches.some((branch) => whyUnreadable(branch, writer, where).length === 0);
    return fits ? [] : [`${where}: ${label(writer)} fits no branch of ${label(reader)}`];
  }
  if (reader.type === "record" && writer.type === "record") return whyRecordUnreadable(reader, writer, where);
  if (reader.type === "enum" && writer.type === "enum") return whyEnumUnreadable(reader, writer, where);
  if (reader.type === "array" && writer.type === "array")
    return whyUnreadable(reader.items, writer.items, `${where}[]`);
  if (reader.type === "map" && writer.type === "map") return whyUnreadable(reader.values, writer.values, `${where}{}`);
  const same = reader.type === writer.type || (WIDER[writer.type] ?? []).includes(reader.type);
  return same && logical(reader) === logical(writer) ? [] : [`${where}: ${label(writer)} read as ${label(reader)}`];
}

/** Why two versions of a schema cannot live in one log: each must read what the other wrote. */
export function whyIncompatible(current: Shape, released: Shape, where: string): string[] {
  return [
    ...whyUnreadable(current, released, where).map((why) => `the new cannot read the old: ${why}`),
    ...whyUnreadable(released, current, where).map((why) => `the old cannot read the new: ${why}`),
  ];
}

function whyRecordUnreadable(reader: RecordShape, writer: RecordShape, where: string): string[] {
  if (!knowsName(reader, writer)) return [`${where}: record ${writer.name} read as ${reader.name}`];
  const written = new Map(writer.fields.map((field) => [field.name, field]));
  return reader.fields.flatMap((field) => {
    const matches = [field.name, ...field.aliases].flatMap((name) => written.get(name) ?? []);
    const at = `${where}.${field.name}`;
    if (matches.length > 1) return [`${at}: both its name and its aliases were written`];
    const match = matches[0];
    if (match) return whyUnreadable(field.shape, match.shape, at);
    return field.default === undefined ? [`${at}: not written, and has no default`] : [];
  });
}

function whyEnumUnreadable(reader: EnumShape, writer: EnumShape, where: string): string[] {
  if (!knowsName(reader, writer)) return [`${where}: enum ${writer.name} read as ${reader.name}`];
  if (reader.default !== undefined) return [];
  const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
  return unknown.length === 0 ? [] : [`${where}: symbol ${unknown.join(", ")} is not known and there is no default`];
}

function knowsName(reader: EnumShape | RecordShape, writer: EnumShape | RecordShape): boolean {
  return reader.name === writer.name || reader.aliases.includes(writer.name);
}

function logical(shape: Shape): string | undefined {
  return "logical" in shape ? shape.logical : undefined;
}

function label(shape: Shape): string {
  if (shape.type === "union") return `[${shape.branches.map(label).join(", ")}]`;
  if (shape.type === "record" || shape.type === "enum") return `${shape.type} ${shortName(shape.name)}`;
  return logical(shape) ?? shape.type;
}
