/** Turns whatever goes wrong between socket and route into a problem document. */
import { LogError } from "@sanfen/log";
import { StoreError } from "@sanfen/store";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { parseJson } from "./json.ts";
import { PROBLEM_MEDIA_TYPE, problem, ProblemError, sendProblem, type ProblemDocument } from "./problem.ts";
import type { App } from "./service.ts";
import { validationProblems } from "./validation.ts";

/** Seconds after which a client should ask again what could not be done now. */
export const RETRY_AFTER_S = 2;

/** Installs the error handler, the answer to unknown paths, and JSON as the only body that is read by default. */
export function registerProblems(app: App): void {
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem(404, "not-found", "Not found", `there is nothing at ${pathOf(request)}`)),
  );
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    const parsed = parseJson(body as Buffer);
    if ("value" in parsed) done(null, parsed.value);
    else {
      const { code, detail } = parsed.fault;
      done(
        new ProblemError(
          problem(400, "invalid-json", "Not JSON that is taken here", detail, [{ pointer: "", code, detail }]),
        ),
      );
    }
  });
}

/** Answers an error with its document; records those that are ours. Also serves as Fastify's `frameworkErrors`. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const document = documentOf(error);
  if (document.status >= 500) {
    request.log.error({ err: error, requestId: request.id, status: document.status }, "request failed");
  }
  if (document.status === 503) void reply.header("retry-after", RETRY_AFTER_S);
  return sendProblem(reply, document);
}

/** Pure: the document for an error. What is not known to be the client's doing tells nothing of the inside. */
export function documentOf(error: FastifyError): ProblemDocument {
  if (error instanceof ProblemError) return error.document;
  if (error.validation) {
    const errors = validationProblems(error.validation, error.validationContext);
    return error.validationContext === "body"
      ? problem(422, "invalid-body", "The body does not fit", "see errors for each place", errors)
      : problem(400, "invalid-parameters", "The parameters do not fit", "see errors for each place", errors);
  }
  if (error instanceof LogError || error instanceof StoreError) return documentOfPort(error);
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return problem(415, "unsupported-media-type", "Unsupported media type", "this route does not take that type");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return problem(413, "body-too-large", "Body too large", "the body is larger than this route takes");
    case "FST_ERR_BAD_URL":
      return problem(400, "invalid-path", "Not a path", "the path is not properly percent-encoded");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return problem(414, "path-too-long", "Path too long", "a part of the path is longer than any name here");
    default:
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return problem(status, "bad-request", STATUS_CODES[status] ?? "Bad request", error.message);
  }
  return problem(500, "internal", "Internal error", "something went wrong here; it was recorded under the request id");
}

function documentOfPort(error: LogError | StoreError): ProblemDocument {
  if (error.code === "bad-cursor") {
    const detail = "the cursor is not one that this list gave";
    return problem(400, "invalid-parameters", "The parameters do not fit", detail, [
      { pointer: "/query/cursor", code: "bad-cursor", detail },
    ]);
  }
  if (error.code === "unavailable" || error.code === "full" || error.code === "incomplete" || error.code === "closed") {
    return problem(
      503,
      "unavailable",
      "Not available now",
      `the ${error instanceof LogError ? "log" : "store"} does not answer; nothing was acknowledged`,
    );
  }
  return problem(500, "internal", "Internal error", "something went wrong here; it was recorded under the request id");
}

/** Without the query, which may hold what should not be repeated. */
function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0]!;
}

/** Answers what is no HTTP request, or did not arrive in time: there is no request and no reply, only a socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const document =
    error.code === "HPE_HEADER_OVERFLOW"
      ? problem(431, "headers-too-large", "Headers too large", "the request's head is larger than is taken here")
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? problem(408, "request-timeout", "Request too slow", "the request did not arrive in time")
        : problem(400, "invalid-request", "Not a request", "this is not an HTTP request");
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
