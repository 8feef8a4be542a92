import { expect, test } from "vitest";
import { continueTrace } from "./traceparent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

function count(bytes: number): string {
  return "ab".repeat(bytes);
}
const fresh = `00-${count(16)}-${count(8)}-01`;

test.each([
  [undefined],
  [""],
  ["garbage"],
  [`00-${TRACE}-${PARENT}`],
  [`00-${TRACE.toUpperCase()}-${PARENT}-01`],
  [`00-${"0".repeat(32)}-${PARENT}-01`],
  [`00-${TRACE}-${"0".repeat(16)}-01`],
  [`ff-${TRACE}-${PARENT}-01`],
  [`00-${TRACE}-${PARENT}-01-more`],
  [`00-${TRACE}-${PARENT}-01\r\nx: y`],
])("begins a trace where there is none to go on with: %j", (received) => {
  expect(continueTrace(received, count)).toBe(fresh);
});

test.each([
  [`00-${TRACE}-${PARENT}-01`, "01"],
  [`00-${TRACE}-${PARENT}-00`, "00"],
  [` 00-${TRACE}-${PARENT}-01 `, "01"],
  [`00-${TRACE}-${PARENT}-ff`, "01"],
  [`cc-${TRACE}-${PARENT}-01-what-the-future-brings`, "01"],
])("goes on with %s", (received, flags) => {
  expect(continueTrace(received, count)).toBe(`00-${TRACE}-${count(8)}-${flags}`);
});

test("gives no id of zeroes", () => {
  expect(continueTrace(undefined, (bytes) => "00".repeat(bytes))).toBe(`00-${"0".repeat(31)}1-${"0".repeat(15)}1-01`);
});
