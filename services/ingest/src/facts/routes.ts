/** `POST /v1/facts`. */
import {
  parseJson,
  problem,
  ProblemError,
  sendProblem,
  type App,
  type Platform,
  type ProblemDocument,
} from "@sanfen/service";
import type { Problem } from "@sanfen/model";
import { Type } from "typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Desk } from "../desk.ts";
import { Intake, type IntakeAnswer } from "./intake.ts";
import { LineSplitter, type Line } from "./lines.ts";
import { Room } from "./room.ts";

/** A body may take 64 KiB as encoded; the same in JSON, escaped character by character, six times as much. */
const MAX_LINE_BYTES = 512 * 1024;
/** More come as lines, which need not be held all at once. */
const MAX_ARRAY_FACTS = 10_000;
const MAX_REQUESTS = 512;
const MAX_BYTES_IN_HAND = 64 * 1_048_576;
/** What a stream of lines holds at a time: a chunk of facts and the longest line. */
const STREAM_BYTES = 2 * 1_048_576;
/** Documents looked at between two turns of the event loop. */
const SLICE = 100;
const RETRY_AFTER_S = 1;

const ERRORS = Type.Array(
  Type.Object({
    pointer: Type.String({ description: "JSON pointer (RFC 6901) that starts at the fact" }),
    code: Type.String(),
    detail: Type.String(),
  }),
);
const ANSWER = Type.Unsafe<IntakeAnswer>(
  Type.Object({
    accepted: Type.Integer({ description: "Facts that are durable in the log" }),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer({ description: "Place in the array, or line of the stream; from 0" }),
        errors: ERRORS,
      }),
    ),
    rejectedMore: Type.Optional(Type.Integer({ description: "Rejections beyond those listed" })),
    after: Type.Optional(Type.String({ description: "For `?after=` of queries that are to take these facts in" })),
  }),
);
const NDJSON = "application/x-ndjson";
/** The form has no registered name; senders use both. */
const NDJSON_TYPES = [NDJSON, "application/ndjson"];

export function factRoutes(
  app: App,
  platform: Platform,
  { provenance, door }: Pick<Desk, "provenance" | "door">,
): void {
  const { config, log, metrics, clock } = platform;
  const room = new Room(MAX_REQUESTS, MAX_BYTES_IN_HAND);

  // Handed on as it comes: a parser that collected it would hold it all.
  app.addContentTypeParser(NDJSON_TYPES, (_request, payload, done) => {
    done(null, payload);
  });

  function intakeFor(request: FastifyRequest): Intake {
    return new Intake({
      log,
      metrics,
      partitions: config.partitions,
      provenance,
      door: door.at(clock()),
      traceparent: request.traceparent,
    });
  }

  app.post(
    "/v1/facts",
    {
      config: { access: "write" },
      schema: {
        summary: "Take facts in",
        description:
          "One fact, an array of facts, or one fact a line (NDJSON). What is answered as accepted is durable. " +
          "Sending the same facts again changes nothing.",
        body: {
          content: {
            "application/json": { schema: Type.Unknown({ description: "A fact, or an array of facts" }) },
            ...Object.fromEntries(
              NDJSON_TYPES.map((type) => [type, { schema: Type.Unknown({ description: "A fact a line" }) }]),
            ),
          },
        },
        response: { 202: ANSWER },
      },
      onRequest: (request, reply, done) => {
        const isStream = NDJSON_TYPES.some((type) => request.headers["content-type"]?.startsWith(type));
        const release = room.take(isStream ? STREAM_BYTES : bytesOf(request, config.maxBodyBytes));
        if (!release) {
          sendProblem(
            reply.header("retry-after", RETRY_AFTER_S),
            problem(503, "busy", "Too much at a time", "as many facts as can be taken in are on their way; try again"),
          );
          return;
        }
        reply.raw.once("close", release);
        done();
      },
    },
    async (request, reply) => {
      const { body } = request;
      const intake = intakeFor(request);
      if (isByteStream(body)) return answer(reply, intake, await takeLines(intake, body));
      if (Array.isArray(body)) return answer(reply, intake, await takeArray(intake, body));
      const refusal = intake.take(0, body);
      if (refusal) return sendRefusal(reply, refusal);
      await intake.append();
      const said = intake.answer();
      const errors = said.rejected[0]?.errors;
      if (errors)
        return sendProblem(
          reply,
          problem(422, "invalid-fact", "The fact is refused", "see errors for each place", errors),
        );
      return reply.code(202).send(said);
    },
  );
}

function answer(reply: FastifyReply, intake: Intake, refusal: ProblemDocument | undefined): FastifyReply {
  return refusal ? sendRefusal(reply, refusal) : reply.code(202).send(intake.answer());
}

function sendRefusal(reply: FastifyReply, refusal: ProblemDocument): FastifyReply {
  if (refusal.status === 503) void reply.header("retry-after", RETRY_AFTER_S);
  return sendProblem(reply, refusal);
}

/** Looks at all of them first: where one refuses the whole request, none goes in. */
async function takeArray(intake: Intake, facts: readonly unknown[]): Promise<ProblemDocument | undefined> {
  if (facts.length > MAX_ARRAY_FACTS) {
    const detail = `an array holds ${MAX_ARRAY_FACTS} facts at most; send more as ${NDJSON}, one a line`;
    return problem(413, "too-many-facts", "Too many facts", detail);
  }
  for (const [index, json] of facts.entries()) {
    const refusal = intake.take(index, json);
    if (refusal) return refusal;
    if (index % SLICE === SLICE - 1) await nextTurn();
  }
  await intake.append();
  return undefined;
}

/**
 * Reads no further than it can append: what the log does not keep up with stays with the sender. A fact that may not
 * come in beside those that are there costs the others nothing; where none came in, it refuses the request.
 */
async function takeLines(intake: Intake, stream: AsyncIterable<Uint8Array>): Promise<ProblemDocument | undefined> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  let looked = 0;
  let refused: ProblemDocument | undefined;
  async function* pieces(): AsyncGenerator<Iterable<Line>> {
    for await (const chunk of stream) yield splitter.push(chunk);
    yield splitter.end();
  }
  for await (const lines of pieces()) {
    for (const line of lines) {
      if ("tooLong" in line) {
        const detail = `the line takes more than ${MAX_LINE_BYTES} bytes`;
        intake.reject(line.index, [{ pointer: "", code: "line-too-long", detail }]);
        continue;
      }
      const parsed = parseJson(line.bytes);
      if ("fault" in parsed) {
        intake.reject(line.index, [{ pointer: "", ...parsed.fault }]);
        continue;
      }
      const refusal = intake.take(line.index, parsed.value);
      // Lines before it may be in the log: the answer has to tell of them. Nothing is before what is still starting.
      if (refusal?.status === 503) return refusal;
      if (refusal) {
        refused ??= refusal;
        intake.reject(line.index, [mismatch(refusal)], parsed.value);
      }
      if (intake.isFull) await intake.append();
      looked += 1;
      if (looked % SLICE === 0) await nextTurn();
    }
  }
  await intake.append();
  return intake.accepted === 0 ? refused : undefined;
}

/** A refusal of a whole request as the problem of one line. */
function mismatch({ type, detail }: ProblemDocument): Problem {
  return { pointer: "/simulated", code: type.slice(type.lastIndexOf(":") + 1), detail };
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** A body without a length may turn out as large as any. */
function bytesOf(request: FastifyRequest, maxBodyBytes: number): number {
  const length = Number(request.headers["content-length"] ?? maxBodyBytes);
  if (length > maxBodyBytes) {
    throw new ProblemError(problem(413, "body-too-large", "Body too large", `${maxBodyBytes} bytes are taken at most`));
  }
  return length;
}
