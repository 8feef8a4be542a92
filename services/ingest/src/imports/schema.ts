/** The form of an import in answers. */
import { Type, type TUnsafe } from "typebox";
import { ENCODINGS } from "../csv/parse.ts";
import { IMPORT_STATES, type ImportRecord } from "./import.ts";

const count = (description: string): ReturnType<typeof Type.Integer> => Type.Integer({ minimum: 0, description });
const orNull = (description: string): ReturnType<typeof Type.Unsafe<string | null>> =>
  Type.Unsafe<string | null>({ type: ["string", "null"], description });

export const IMPORT_SCHEMA: TUnsafe<ImportRecord> = Type.Unsafe<ImportRecord>(
  Type.Object({
    id: Type.String(),
    mapping: Type.String(),
    fileName: Type.String(),
    encoding: Type.Enum([...ENCODINGS]),
    dryRun: Type.Boolean({ description: "Only looked through: nothing goes into the log" }),
    state: Type.Enum([...IMPORT_STATES]),
    bytes: count("Size of the file as sent"),
    bytesRead: count("Bytes of it that were read"),
    rows: count("Rows read, without the header"),
    accepted: count("Rows whose facts are taken"),
    rejected: count("Rows that are refused"),
    skipped: count("Rows that the mapping passes over"),
    facts: count("Facts that the rows gave"),
    appended: count(
      "Facts appended to the log, without those that only repeat what the file said before; " +
        "known ones among them merge with what is there",
    ),
    unmatched: count("Facts whose enterprise was not found by name: see /v1/unmatched"),
    startedAt: Type.String(),
    finishedAt: orNull("Null while it goes on"),
    problems: Type.Array(
      Type.Object({ row: Type.Integer(), column: Type.String(), code: Type.String(), detail: Type.String() }),
      { description: "The first few; row 1 is the header, row 0 the file as a whole" },
    ),
    waiting: orNull("What it waits for"),
    after: orNull("For `?after=` of queries that are to take its facts in"),
  }),
);
