import { BODY_OF, type BodyName } from "../body.ts";
import { SCHEMAS } from "../generated/schemas.ts";
import type { FactKind } from "../generated/types.ts";
import { readShapes, type FieldShape, type RecordShape } from "../shape.ts";

/** Fields of a fact that its sender states directly; the body is read by kind, and the platform adds the instant. */
export const STATED_FIELDS: readonly FieldShape[] = recordShape("Fact").fields.filter(
  (field) => field.name !== "body" && field.name !== "recordedAt",
);

const BODY_SHAPES: ReadonlyMap<BodyName, RecordShape> = new Map(
  Object.values(BODY_OF)
    .filter((name) => name !== null)
    .map((name) => [name, recordShape(name)]),
);

/** The shape of the body that a kind has, or undefined for a kind without one. */
export function bodyShape(kind: FactKind): RecordShape | undefined {
  const name = BODY_OF[kind];
  return name === null ? undefined : BODY_SHAPES.get(name);
}

function recordShape(name: keyof typeof SCHEMAS): RecordShape {
  const shape = readShapes([SCHEMAS[name]])[0];
  if (shape?.type !== "record") throw new Error(`the schema of ${name} is not a record's`);
  return shape;
}
