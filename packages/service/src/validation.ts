/** Checks requests against the TypeBox schemas of their routes. */
import type { Problem } from "@sanfen/model";
import type { FastifySchemaCompiler, FastifySchemaValidationError } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

/**
 * Compiles a schema for one part of a request. Bodies are taken as they are; parameters, which are text, are read as
 * what their schema asks for, only where the text is exactly that (`12.7` is no integer), and get their defaults.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (input: unknown) => {
    const value = httpPart === "body" ? input : Value.Default(schema, readParameters(schema, input));
    return check.Check(value) ? { value } : { error: check.Errors(value) };
  };
};

function readParameters(schema: TSchema, input: unknown): unknown {
  if (typeof input !== "object" || input === null) return input;
  const properties = (schema as { properties?: Readonly<Record<string, { type?: string }>> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(input).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" ? readParameter(properties[name]?.type, value) : value,
    ]),
  );
}

function readParameter(type: string | undefined, text: string): unknown {
  if (type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === "number" && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  // One value of a parameter that may be repeated.
  if (type === "array") return [text];
  return text;
}

const PARTS: Readonly<Record<string, string>> = { params: "/path", querystring: "/query", headers: "/headers" };

/** A failed check as problems: pointers into the body, or `/query/name`, `/path/name`, `/headers/name`. */
export function validationProblems(
  errors: readonly FastifySchemaValidationError[],
  part: string | undefined,
): Problem[] {
  const unions = errors.filter((error) => error.keyword === "anyOf");
  const problems: Problem[] = [];
  for (const error of errors) {
    // What single branches of a union say, the union says as one; "boolean" repeats additionalProperties.
    if (unions.some((union) => error.schemaPath.startsWith(`${union.schemaPath}/anyOf/`))) continue;
    if (error.keyword === "boolean") continue;
    const at = (PARTS[part ?? ""] ?? "") + error.instancePath;
    for (const [pointer, detail] of describe(error, errors)) {
      problems.push({ pointer: at + pointer, code: error.keyword, detail });
    }
  }
  return problems;
}

function describe(
  error: FastifySchemaValidationError,
  all: readonly FastifySchemaValidationError[],
): (readonly [pointer: string, detail: string])[] {
  const { requiredProperties, additionalProperties } = error.params;
  if (Array.isArray(requiredProperties)) {
    return requiredProperties.map((name) => [`/${escapePointer(String(name))}`, "is missing"]);
  }
  if (Array.isArray(additionalProperties)) {
    return additionalProperties.map((name) => [`/${escapePointer(String(name))}`, "is not known here"]);
  }
  if (error.keyword === "anyOf") {
    const allowed = all.filter(
      (each) => each.keyword === "const" && each.schemaPath.startsWith(`${error.schemaPath}/anyOf/`),
    );
    if (allowed.length > 0) {
      return [["", `must be one of ${allowed.map((each) => String(each.params["allowedValue"])).join(", ")}`]];
    }
  }
  return [["", error.message ?? "is not valid"]];
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
