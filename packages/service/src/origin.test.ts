import { expect, test } from "vitest";
import { isOriginAllowed } from "./origin.ts";

const listed = ["https://wall.example"];

test.each([
  ["https://evil.example", "127.0.0.1:8080"],
  ["http://127.0.0.1:8081", "127.0.0.1:8080"],
  ["https://wall.example.evil", "127.0.0.1:8080"],
  ["null", "127.0.0.1:8080"],
  ["", "127.0.0.1:8080"],
  ["http://127.0.0.1:8080", undefined],
])("refuses a page of %j at %j", (origin, host) => {
  expect(isOriginAllowed(origin, host, listed)).toBe(false);
});

test.each([
  [undefined, "127.0.0.1:8080"],
  ["http://127.0.0.1:8080", "127.0.0.1:8080"],
  ["https://sanfen.example", "Sanfen.Example"],
  ["https://wall.example", "127.0.0.1:8080"],
])("takes a page of %j at %j", (origin, host) => {
  expect(isOriginAllowed(origin, host, listed)).toBe(true);
});
