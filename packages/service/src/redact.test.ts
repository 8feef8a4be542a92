import * as fc from "fast-check";
import { expect, test } from "vitest";
import { redact } from "./redact.ts";

test.each([
  ["mongodb://user:secret@db1,db2/sanfen?replicaSet=rs", "mongodb://***@db1,db2/sanfen?replicaSet=rs"],
  ["mongodb://user:se@cr/et@db", "mongodb://***@db"],
  ["https://token@host/path", "https://***@host/path"],
  [
    "mongodb://db/?tls=true&tlsCertificateKeyFilePassword=x&a=b",
    "mongodb://db/?tls=true&tlsCertificateKeyFilePassword=***&a=b",
  ],
  ["http://h/?access_token=abc#f", "http://h/?access_token=***#f"],
  ["kafka://b1:9092,b2:9092", "kafka://b1:9092,b2:9092"],
  ["sqlite:log.db", "sqlite:log.db"],
  ["", ""],
])("%s", (url, shown) => {
  expect(redact(url)).toBe(shown);
});

test("no user information is ever left, well-formed or not", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (user, password) => {
      expect(redact(`mongodb://${user}:${password}@host/db`)).toBe("mongodb://***@host/db");
    }),
  );
});
