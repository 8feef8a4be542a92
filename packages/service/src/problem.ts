/** Problem documents (RFC 9457): the one form of every answer that says no. */
import type { Problem } from "@sanfen/model";
import { Type, type TObject, type TSchema } from "typebox";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export interface ProblemDocument {
  /** `urn:sanfen:problem:` and a slug: what clients tell problems apart by. Names, not addresses. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Each points into the input: a JSON pointer (RFC 6901), or row and column; parameters as `/query/…`, `/path/…`. */
  readonly errors?: readonly Problem[];
  /** The request's id, under which the server's own record of it is found. */
  readonly requestId?: string;
}

/** The document's schema, for OpenAPI. */
export const PROBLEM_SCHEMA: TObject<Record<string, TSchema>> = Type.Object({
  type: Type.String({ description: "Kind of problem: `urn:sanfen:problem:` and a slug" }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String(),
  errors: Type.Optional(
    Type.Array(
      Type.Object({
        pointer: Type.String({ description: "JSON pointer into the input, or row and column" }),
        code: Type.String(),
        detail: Type.String(),
      }),
    ),
  ),
  requestId: Type.Optional(Type.String()),
});

/** A problem document of a kind (`slug`: lower-case words joined by `-`). */
export function problem(
  status: number,
  slug: string,
  title: string,
  detail: string,
  errors?: readonly Problem[],
): ProblemDocument {
  return { type: `urn:sanfen:problem:${slug}`, title, status, detail, ...(errors && { errors }) };
}

/** What `sendProblem` needs of a reply; any reply has it, whatever answers its route declares. */
interface Replying {
  readonly request: { readonly id: string };
  code(status: number): unknown;
  type(mediaType: string): unknown;
  send(payload: never): unknown;
}

/** Answers with the document, to which it adds the request's id. Return the result from the handler. */
export function sendProblem<R extends Replying>(reply: R, document: ProblemDocument): R {
  reply.code(document.status);
  reply.type(PROBLEM_MEDIA_TYPE);
  // Written out here, as bytes: a route's schemas describe its good answers, and must not cut this one down; and the
  // media type has no parameter to be added (RFC 9457, section 6.1).
  reply.send(Buffer.from(JSON.stringify({ ...document, requestId: reply.request.id })) as never);
  return reply;
}

/** Carries a document through Fastify's own machinery (body parsers, hooks), where an answer cannot be returned. */
export class ProblemError extends Error {
  readonly document: ProblemDocument;
  constructor(document: ProblemDocument) {
    super(document.detail);
    this.name = "ProblemError";
    this.document = document;
  }
}
