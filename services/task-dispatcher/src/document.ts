/** The documents that commands carry: JSON from whoever may write to the log, trusted only once it fits a form. Pure. */
import { Type, type Static, type TLiteral, type TSchema, type TUnion } from "typebox";
import { Value } from "typebox/value";

/** A command's document in the given form, or what is wrong with it. Members that the form does not name are ignored. */
export function readDocument<T extends TSchema>(form: T, text: string): Static<T> | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `the document is no JSON: ${String(error)}`;
  }
  if (Value.Check(form, document)) return document;
  const [first] = Value.Errors(form, document);
  return `the document does not fit: ${first?.instancePath ?? ""} ${first?.message ?? ""}`;
}

/** The form of one word of several. */
export function oneOf<T extends string>(words: readonly T[]): TUnion<TLiteral<T>[]> {
  return Type.Union(words.map((word) => Type.Literal(word)));
}
