import { createCodec, type Codec, type DecodedOf } from "./codec.ts";
import { HISTORY, SCHEMAS } from "./generated/schemas.ts";
import type { Fact, FactKind, RecordTypes } from "./generated/types.ts";

/** The record that a fact's body is, by kind. A kind that a reader does not know has none. */
export const BODY_OF = {
  unknown: null,
  registration: "Registration",
  change: "Registration",
  deregistration: "Deregistration",
  product_listed: "ProductListed",
  inspection: "Inspection",
  label_check: "Inspection",
  quick_test: "Inspection",
  comparison_test: "Inspection",
  reinspection: "Inspection",
  objection: "Matter",
  rectification: "Matter",
  recall: "Recall",
  complaint: "Complaint",
  opinion: "Opinion",
  penalty: "Penalty",
  credit: "Credit",
  certificate: "Certificate",
  traceability: "Traceability",
  trace: "Trace",
  award: "Award",
  risk_warning: "Award",
} as const;

export type BodyName = NonNullable<(typeof BODY_OF)[FactKind]>;
export type BodyTypes = Pick<RecordTypes, BodyName>;
/** The body of a kind. */
export type BodyOf<K extends FactKind> = (typeof BODY_OF)[K] extends infer N extends BodyName ? BodyTypes[N] : never;

/** A body with the name of its record. */
export type Body = Exclude<DecodedOf<BodyTypes>, { readonly name: null }>;

/** Why a fact has no body: beside what ails bytes, `no-body` (a retraction, an unknown kind), or that of another kind. */
export interface BodyProblem {
  readonly name: null;
  readonly reason: Extract<DecodedOf<BodyTypes>, { readonly name: null }>["reason"] | "no-body" | "wrong-body";
  readonly detail: string;
}

const BODIES = [...new Set(Object.values(BODY_OF))].filter((name) => name !== null);

const codec: Codec<BodyTypes> = createCodec<BodyTypes>(
  Object.fromEntries(BODIES.map((name) => [name, SCHEMAS[name]])) as Pick<typeof SCHEMAS, BodyName>,
  HISTORY,
);

/** The bytes of a fact's body. Throws where the body is not of the kind's type, or the kind has none. */
export function encodeBody<K extends FactKind>(kind: K, body: BodyOf<K>): Uint8Array {
  return encodeBodyOf(kind, body);
}

/** As `encodeBody`, where the kind is known at run time only. */
export function encodeBodyOf(kind: FactKind, body: BodyTypes[BodyName]): Uint8Array {
  const name = BODY_OF[kind];
  if (name === null) throw new Error(`a fact of kind ${kind} has no body`);
  return codec.encode(name, body);
}

/** The body of a fact as the current type. Never throws. */
export function decodeBody(fact: Pick<Fact, "kind" | "body">): Body | BodyProblem {
  const name = BODY_OF[fact.kind];
  if (name === null) return { name: null, reason: "no-body", detail: `the kind ${fact.kind} has no body` };
  if (fact.body.length === 0) return { name: null, reason: "no-body", detail: "the body is empty" };
  const body = codec.decode(fact.body);
  if (body.name === null || body.name === name) return body;
  return { name: null, reason: "wrong-body", detail: `${fact.kind} with the body of ${body.name}` };
}
