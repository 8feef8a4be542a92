import type { Problem } from "./problem.ts";

/** Checks the form of one value of a JSON document and reports what is wrong at its pointer (RFC 6901). */
export type Shape = (value: unknown, pointer: string, report: (problem: Problem) => void) => void;

/** An object with these members, the optional ones perhaps, and no others: a misspelt name is a problem, not ignored. */
export function object(required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const known = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, pointer, report) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      report({ pointer, code: "type", detail: "must be an object" });
      return;
    }
    for (const name of Object.keys(required))
      if (!Object.hasOwn(value, name)) report({ pointer, code: "missing", detail: `has no "${name}"` });
    for (const [name, member] of Object.entries(value)) {
      const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const shape = known.get(name);
      if (shape) shape(member, at, report);
      else report({ pointer: at, code: "unexpected", detail: "no such member is known here" });
    }
  };
}

/** A list whose items all have the shape; at least `least` of them. */
export function list(item: Shape, least = 0): Shape {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) {
      report({ pointer, code: "type", detail: "must be a list" });
      return;
    }
    if (value.length < least) report({ pointer, code: "form", detail: `must have ${least} items at least` });
    for (const [i, member] of value.entries()) item(member, `${pointer}/${i}`, report);
  };
}

/** A string that the test accepts; `what` completes "must be …". */
export function string(accepts: (text: string) => boolean, what: string): Shape {
  return (value, pointer, report) => {
    if (typeof value !== "string") report({ pointer, code: "type", detail: "must be a string" });
    else if (!accepts(value))
      report({ pointer, code: "form", detail: `must be ${what}, not ${JSON.stringify(value)}` });
  };
}

/** One of these strings. */
export function oneOf(values: readonly string[]): Shape {
  return string((text) => values.includes(text), `one of ${values.join(", ")}`);
}

/** An integer, `least` or more. */
export function integer(least: number): Shape {
  return (value, pointer, report) => {
    if (!Number.isSafeInteger(value) || (value as number) < least)
      report({ pointer, code: "type", detail: `must be an integer, ${least} or more` });
  };
}

/** True or false. */
export const boolean: Shape = (value, pointer, report) => {
  if (typeof value !== "boolean") report({ pointer, code: "type", detail: "must be true or false" });
};
