/** `/v1/imports`: files in, progress and rejected rows out. */
import multipart from "@fastify/multipart";
import { listAnswer, listQuery, problem, ProblemError, sendProblem, type App, type Platform } from "@sanfen/service";
import { StoreError } from "@sanfen/store";
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { Type } from "typebox";
import { ENCODINGS } from "../csv/parse.ts";
import type { Desk } from "../desk.ts";
import { isFinished, type ImportRecord } from "./import.ts";
import { receive } from "./receive.ts";
import { IMPORT_SCHEMA } from "./schema.ts";
import { readUpload } from "./upload.ts";

/** Files that may be on their way at a time, and imports that may wait. */
const MAX_RECEIVING = 4;
const MAX_OPEN = 32;
const RETRY_AFTER_S = 5;

/** What a file may be sent as; what it is, its first bytes say. */
const FILE_TYPES = [
  "text/csv",
  "application/csv",
  "application/gzip",
  "application/x-gzip",
  "application/octet-stream",
  "application/zip",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/** See `newRecord`. */
const IMPORT_ID = /^\d{8}T\d{9}-[0-9a-f]{8}$/;
const BY_ID = Type.Object({ id: Type.String() });

export function importRoutes(app: App, platform: Platform, desk: Desk): void {
  const { clock } = platform;
  const { imports, archive, provenance } = desk;
  let receiving = 0;

  void app.register(multipart, { throwFileSizeLimit: false });
  app.addContentTypeParser(FILE_TYPES, (_request, payload, done) => {
    done(null, payload);
  });

  app.post(
    "/v1/imports",
    {
      config: { access: "write" },
      schema: {
        summary: "Import a file",
        description:
          `A CSV, plain or as gzip, as the body (${FILE_TYPES.join(", ")}) or as a file of a form ` +
          "(multipart/form-data, with fields mapping, encoding and dryRun before it). Runs after the answer: see its id.",
        querystring: Type.Object(
          {
            mapping: Type.Optional(
              Type.String({ maxLength: 64, description: "How its columns become facts: see /v1/mappings" }),
            ),
            encoding: Type.Optional(Type.Enum([...ENCODINGS])),
            dryRun: Type.Optional(Type.Boolean({ description: "Only look through it" })),
            fileName: Type.Optional(Type.String({ maxLength: 255 })),
          },
          { additionalProperties: false },
        ),
        response: { 202: IMPORT_SCHEMA },
      },
    },
    async (request, reply) => {
      const { shelf } = desk;
      if (!shelf) throw notNow("starting", "the mappings have not been read yet; try again");
      if (receiving >= MAX_RECEIVING || imports.open >= MAX_OPEN) {
        void reply.header("retry-after", RETRY_AFTER_S);
        throw notNow("busy", "as many files as can be taken in are on their way; try again");
      }
      receiving += 1;
      try {
        const upload = await readUpload(request, request.query, shelf);
        const refusal = upload.dryRun ? undefined : provenance.refusal(false);
        if (refusal) return sendProblem(reply, refusal);
        const { document } = upload.mapping;
        const record = newRecord(document.name, upload, clock());
        await archive.create(record.id, document);
        await imports.announce(record);
        let bytes: number;
        try {
          bytes = await receive(upload.stream, archive.uploadFile(record.id));
        } catch (error) {
          await imports.discard(record.id);
          throw error;
        }
        if (!upload.dryRun) provenance.settle(false);
        const received: ImportRecord = { ...record, bytes, state: "sorting" };
        await imports.enqueue(received);
        return await reply.code(202).header("location", `/v1/imports/${record.id}`).send(received);
      } finally {
        receiving -= 1;
      }
    },
  );

  app.get(
    "/v1/imports",
    {
      config: { access: "read" },
      schema: {
        summary: "Imports, newest first",
        querystring: listQuery({}),
        response: { 200: listAnswer(IMPORT_SCHEMA) },
      },
    },
    (request) => {
      const { limit = 100, cursor } = request.query;
      if (cursor !== undefined && !IMPORT_ID.test(cursor)) throw new StoreError("bad-cursor", "no id of an import");
      const later = imports.list.filter(({ id }) => cursor === undefined || id < cursor);
      const items = later.slice(0, limit);
      return { items, ...(later.length > limit && { next: items.at(-1)!.id }) };
    },
  );

  app.get(
    "/v1/imports/:id",
    {
      config: { access: "read" },
      schema: { summary: "How far an import is", params: BY_ID, response: { 200: IMPORT_SCHEMA } },
    },
    (request) => found(request.params.id),
  );

  app.get(
    "/v1/imports/:id/rejects",
    {
      config: { access: "read" },
      schema: {
        summary: "The rows that were refused, as a CSV",
        description:
          "The file's own columns, and sanfen_row, sanfen_column and sanfen_reason. Mend it and import it again.",
        params: BY_ID,
      },
    },
    async (request, reply) => {
      const { id, state } = found(request.params.id);
      if (!isFinished({ state })) {
        return sendProblem(
          reply,
          problem(409, "not-finished", "Not finished", "the import is still running; ask again"),
        );
      }
      const file = archive.rejectsFile(id);
      const exists = await access(file).then(
        () => true,
        () => false,
      );
      if (!exists) return sendProblem(reply, problem(404, "not-found", "Not found", "no row of this import was read"));
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="rejects-${id}.csv"`)
        .send(createReadStream(file));
    },
  );

  function found(id: string): ImportRecord {
    const record = imports.get(id);
    if (!record) throw new ProblemError(problem(404, "not-found", "Not found", "there is no import of that id"));
    return record;
  }
}

function newRecord(
  mapping: string,
  { fileName, encoding, dryRun }: Pick<ImportRecord, "fileName" | "encoding" | "dryRun">,
  now: number,
): ImportRecord {
  const startedAt = new Date(now).toISOString();
  return {
    // Sorts by time; the random part tells those of one millisecond apart.
    id: `${startedAt.replace(/[-:.Z]/g, "")}-${randomBytes(4).toString("hex")}`,
    mapping,
    fileName,
    encoding,
    dryRun,
    state: "receiving",
    bytes: 0,
    bytesRead: 0,
    rows: 0,
    accepted: 0,
    rejected: 0,
    skipped: 0,
    facts: 0,
    appended: 0,
    unmatched: 0,
    startedAt,
    finishedAt: null,
    problems: [],
    waiting: null,
    after: null,
  };
}

function notNow(slug: string, detail: string): ProblemError {
  return new ProblemError(problem(503, slug, "Not available now", detail));
}
