/** What a request to import says, in whichever of the two forms it comes: the file as its body, or a form. */
import type { MultipartFile } from "@fastify/multipart";
import { parseJson, problem, ProblemError } from "@sanfen/service";
import type { FastifyRequest } from "fastify";
import type { Readable } from "node:stream";
import { ENCODINGS, type Encoding } from "../csv/parse.ts";
import { readMapping } from "../mapping/check.ts";
import type { Mapping } from "../mapping/compile.ts";
import type { Shelf } from "../mapping/shelf.ts";

export interface Upload {
  readonly stream: AsyncIterable<Buffer>;
  readonly fileName: string;
  readonly mapping: Mapping;
  readonly encoding: Encoding;
  readonly dryRun: boolean;
}

export interface UploadQuery {
  readonly mapping?: string;
  readonly encoding?: Encoding;
  readonly dryRun?: boolean;
  readonly fileName?: string;
}

const MAX_FIELD_BYTES = 256 * 1024;

/** Reads as far as the file begins. Rejects with ProblemError for what the request lacks, or says wrongly. */
export async function readUpload(request: FastifyRequest, query: UploadQuery, shelf: Shelf): Promise<Upload> {
  if (!request.isMultipart()) {
    return {
      stream: request.body as Readable,
      fileName: query.fileName ?? "upload",
      mapping: mappingOf(query.mapping, shelf),
      encoding: query.encoding ?? "utf-8",
      dryRun: query.dryRun ?? false,
    };
  }
  const fields = new Map<string, string>();
  const limits = { fieldSize: MAX_FIELD_BYTES, fields: 10, parts: 12, fileSize: Infinity };
  for await (const part of ofForm(request.parts({ limits }))) {
    if (part.type === "field") {
      if (part.valueTruncated)
        throw refused("field-too-long", `the field ${part.fieldname} takes more than ${MAX_FIELD_BYTES} bytes`);
      fields.set(part.fieldname, String(part.value));
    } else if (part.fieldname === "mapping") {
      fields.set("mapping", await textOf(part));
    } else {
      return {
        stream: ofForm(part.file as AsyncIterable<Buffer>),
        fileName: query.fileName ?? (part.filename || "upload"),
        mapping: mappingOf(fields.get("mapping") ?? query.mapping, shelf),
        encoding: encodingOf(fields.get("encoding") ?? query.encoding),
        dryRun: (fields.get("dryRun") ?? String(query.dryRun ?? false)) === "true",
      };
    }
  }
  throw refused("no-file", "the form has no file; fields that say how to read it come before it");
}

/** A mapping by its name, or one of the sender's own, as JSON. */
function mappingOf(text: string | undefined, shelf: Shelf): Mapping {
  const names = [...shelf.keys()].join(", ") || "none";
  if (text === undefined)
    throw refused("no-mapping", `say by which mapping to read the file (?mapping=…); there are: ${names}`);
  if (!text.trimStart().startsWith("{")) {
    const mapping = shelf.get(text);
    if (!mapping)
      throw refused(
        "unknown-mapping",
        `there is no mapping ${JSON.stringify(text.slice(0, 100))}; there are: ${names}`,
      );
    return mapping;
  }
  const parsed = parseJson(Buffer.from(text));
  if ("fault" in parsed) throw refused("mapping", `the mapping is not JSON: ${parsed.fault.detail}`);
  const read = readMapping(parsed.value);
  if ("mapping" in read) return read.mapping;
  throw new ProblemError(problem(422, "invalid-mapping", "Not a mapping", "see errors for each place", read.problems));
}

function encodingOf(text: string | undefined): Encoding {
  const encoding = ENCODINGS.find((known) => known === (text ?? "utf-8"));
  if (!encoding) throw refused("encoding", `files are read as ${ENCODINGS.join(" or ")}`);
  return encoding;
}

async function textOf(part: MultipartFile): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of ofForm(part.file as AsyncIterable<Buffer>)) {
    bytes += chunk.length;
    if (bytes > MAX_FIELD_BYTES)
      throw refused("field-too-long", `the mapping takes more than ${MAX_FIELD_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a form's reader gives; rejects with ProblemError where the form is broken, of which it has no error of a kind. */
async function* ofForm<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* source;
  } catch (error) {
    const detail = `the form cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ProblemError(problem(400, "broken-form", "The form is broken", detail));
  }
}

function refused(slug: string, detail: string): ProblemError {
  return new ProblemError(problem(422, slug, "The import is refused", detail));
}
