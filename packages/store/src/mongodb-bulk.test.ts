import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  type BulkWriteResult,
  type WriteError,
} from "mongodb";
import { expect, test } from "vitest";
import { lostOf, outcomeOfFailure, type Outcome } from "./mongodb-bulk.ts";

/** Answers the outcomes given, one a call, and keeps what it was sent. */
function sender(...outcomes: Outcome[]): {
  sent: string[][];
  send: (writes: readonly string[]) => Promise<Outcome>;
} {
  const sent: string[][] = [];
  return {
    sent,
    send: async (writes) => {
      sent.push([...writes]);
      return outcomes[sent.length - 1]!;
    },
  };
}

function failure(codes: readonly number[], concern?: { code: number; errmsg: string }): MongoBulkWriteError {
  const result = {
    matchedCount: 5,
    modifiedCount: 3,
    getWriteConcernError: () => concern,
  } as unknown as BulkWriteResult;
  const error = new MongoBulkWriteError(new MongoServerError({ message: "bulk" }), result);
  error.writeErrors = codes.map((code, i) => ({ index: 2 * i, code, errmsg: `code ${code}` }) as WriteError);
  return error;
}

test("writes that met another insert are sent once more, and count as lost only if they lose then", async () => {
  const { sent, send } = sender({ lost: 1, collided: [0, 2] }, { lost: 1, collided: [] });
  expect(await lostOf(["a", "b", "c"], send)).toBe(2);
  expect(sent).toEqual([
    ["a", "b", "c"],
    ["a", "c"],
  ]);
});

test("without collisions nothing is sent twice", async () => {
  const { sent, send } = sender({ lost: 3, collided: [] });
  expect(await lostOf(["a", "b", "c"], send)).toBe(3);
  expect(sent.length).toBe(1);
});

test("a second collision can only come of rows that vanished: unavailable", async () => {
  const { send } = sender({ lost: 0, collided: [1] }, { lost: 0, collided: [0] });
  await expect(lostOf(["a", "b"], send)).rejects.toMatchObject({ code: "unavailable" });
});

test("duplicate keys are collisions; the rest of the batch is counted", () => {
  expect(outcomeOfFailure(failure([11_000, 11_000]))).toEqual({ lost: 2, collided: [0, 2] });
});

test("any other failure, a write concern's too, or none of the server's is thrown", () => {
  expect(() => outcomeOfFailure(failure([11_000, 112]))).toThrow("code 112");
  expect(() => outcomeOfFailure(failure([11_000], { code: 64, errmsg: "no majority" }))).toThrow("no majority");
  expect(() => outcomeOfFailure(failure([]))).toThrow("bulk");
  expect(() => outcomeOfFailure(new MongoNetworkError("closed"))).toThrow("closed");
});
