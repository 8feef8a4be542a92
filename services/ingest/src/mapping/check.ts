/** Whether a JSON document is a mapping. Pure. */
import type { Problem } from "@sanfen/model";
import { Compile } from "typebox/schema";
import { compileMapping, type Mapping } from "./compile.ts";
import type { MappingDocument } from "./mapping.ts";
import schema from "./mapping.schema.json" with { type: "json" };

const checker = Compile(schema as object as Parameters<typeof Compile>[0]);
const SHOWN_PROBLEMS = 20;

/** The mapping that a document describes, or what is wrong with it, by JSON pointer. */
export function readMapping(
  document: unknown,
): { readonly mapping: Mapping } | { readonly problems: readonly Problem[] } {
  if (!checker.Check(document)) {
    const [, errors] = checker.Errors(document);
    // "boolean" repeats what additionalProperties says; branches of a choice say less than where it stands.
    const grave = errors.filter(({ keyword }) => keyword !== "boolean");
    const deepest = grave.toSorted((a, b) => b.instancePath.length - a.instancePath.length).slice(0, SHOWN_PROBLEMS);
    return {
      problems: deepest.map(({ instancePath, keyword, message }) => ({
        pointer: instancePath,
        code: keyword,
        detail: message,
      })),
    };
  }
  return compileMapping(document as MappingDocument);
}
