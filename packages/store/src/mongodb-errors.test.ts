import {
  MongoBulkWriteError,
  type BulkWriteResult,
  type MongoError,
  MongoNetworkError,
  MongoParseError,
  MongoServerError,
  MongoWriteConcernError,
} from "mongodb";
import { expect, test } from "vitest";
import { classified } from "./mongodb-errors.ts";

function bulkError(error: MongoError): MongoBulkWriteError {
  return new MongoBulkWriteError(error, {} as BulkWriteResult);
}

test.for<[string, Error, string | undefined]>([
  ["a lost connection", new MongoNetworkError("connection 3 closed"), "unavailable"],
  ["a lost connection in a bulk write", bulkError(new MongoNetworkError("connection 3 closed")), "unavailable"],
  [
    "a stepped-down primary in a bulk write",
    bulkError(new MongoServerError({ message: "not primary", code: 10_107 })),
    "unavailable",
  ],
  ["a mistake in a bulk write", bulkError(new MongoServerError({ message: "unknown operator", code: 2 })), undefined],
  ["a stepped-down primary", new MongoServerError({ message: "not primary", code: 10_107 }), "unavailable"],
  [
    "no majority in time",
    new MongoServerError({ message: "waiting for replication timed out", code: 64 }),
    "unavailable",
  ],
  ["refused credentials", new MongoServerError({ message: "Authentication failed.", code: 18 }), "unavailable"],
  ["a full disk", new MongoServerError({ message: "available disk space is low", code: 14_031 }), "full"],
  ["a full disk, by its message", new MongoServerError({ message: "write: No space left on device", code: 8 }), "full"],
  [
    "an unsatisfied write concern",
    new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 100, errmsg: "no" } }),
    "unavailable",
  ],
  ["a mistake of ours", new MongoServerError({ message: "unknown operator: $foo", code: 2 }), undefined],
  ["a document too large", new MongoServerError({ message: "object to insert too large", code: 10_334 }), undefined],
  ["a URL that cannot be read", new MongoParseError("Invalid scheme"), undefined],
  ["what is not the driver's", new TypeError("x is not a function"), undefined],
])("%s", ([, error, code]) => {
  const result = classified(error);
  if (code === undefined) expect(result).toBe(error);
  else expect(result).toMatchObject({ name: "StoreError", code, cause: error });
});
