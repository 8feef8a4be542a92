import avro from "avsc";
import { expect, test } from "vitest";
import { readShapes, type Json } from "../shape.ts";
import { whyIncompatible, whyUnreadable } from "./compatibility.ts";

const enumABC: Json = { type: "enum", name: "E", symbols: ["a", "b", "c"] };
const enumAB: Json = { type: "enum", name: "E", symbols: ["a", "b"] };
const date: Json = { type: "int", logicalType: "date" };

function record(fields: readonly Json[], more: { readonly [key: string]: Json } = {}): Json {
  return { type: "record", name: "R", fields, ...more };
}
function field(type: Json, more: { readonly [key: string]: Json } = {}): Json {
  return { name: "f", type, ...more };
}
const other: Json = { name: "other", type: "string" };

function why(current: Json, released: Json): string[] {
  return whyIncompatible(readShapes([current])[0]!, readShapes([released])[0]!, "R");
}

test.each<[edit: string, current: Json, released: Json, reasons: RegExp[]]>([
  ["a new field without a default", record([other, field("int")]), record([other]), [/new cannot.*R\.f: not written/]],
  [
    "a field gone that had no default",
    record([other]),
    record([other, field("int")]),
    [/old cannot.*R\.f: not written/],
  ],
  ["a field renamed", record([{ name: "g", type: "int" }]), record([field("int")]), [/new .*R\.g/, /old .*R\.f/]],
  [
    "a field renamed with an alias, which old readers do not know",
    record([{ name: "g", type: "int", aliases: ["f"] }]),
    record([field("int")]),
    [/the old cannot read the new: R\.f: not written/],
  ],
  [
    "a number widened: the old cannot narrow it",
    record([field("long")]),
    record([field("int")]),
    [/old.*long read as int/],
  ],
  ["a number narrowed", record([field("int")]), record([field("long")]), [/new.*long read as int/]],
  ["a text made a number", record([field("int")]), record([field("string")]), [/new.*string/, /old.*int/]],
  [
    "a field made nullable: the old cannot read null",
    record([field(["null", "int"])]),
    record([field("int")]),
    [/old.*null/],
  ],
  [
    "a null field made to hold one",
    record([field("int")]),
    record([field(["null", "int"])]),
    [/new.*null read as int/],
  ],
  ["a union's branch gone", record([field(["null"])]), record([field(["null", "int"])]), [/new.*int fits no branch/]],
  ["a symbol more, without a default", record([field(enumABC)]), record([field(enumAB)]), [/old.*symbol c/]],
  ["a symbol gone, without a default", record([field(enumAB)]), record([field(enumABC)]), [/new.*symbol c/]],
  [
    "an enum of another name",
    record([field({ type: "enum", name: "F", symbols: ["a"] })]),
    record([field({ type: "enum", name: "E", symbols: ["a"] })]),
    [/enum E read as F/, /enum F read as E/],
  ],
  ["a record of another name", record([], { name: "S" }), record([]), [/record R read as S/, /record S read as R/]],
  [
    "items of another type",
    record([field({ type: "array", items: "int" })]),
    record([field({ type: "array", items: "string" })]),
    [/R\.f\[\]/, /R\.f\[\]/],
  ],
  [
    "values of another type",
    record([field({ type: "map", values: "long" })]),
    record([field({ type: "map", values: "int" })]),
    [/R\.f\{\}: long read as int/],
  ],
  [
    "a day made a plain number",
    record([field("int")]),
    record([field(date)]),
    [/date read as int/, /int read as date/],
  ],
  [
    "a list made a map",
    record([field({ type: "array", items: "int" })]),
    record([field({ type: "map", values: "int" })]),
    [/map/, /array/],
  ],
])("refuses %s", (_, current, released, reasons) => {
  const found = why(current, released);
  expect(found).toHaveLength(reasons.length);
  for (const [i, reason] of reasons.entries()) expect(found[i]).toMatch(reason);
});

test.each<[edit: string, current: Json, released: Json]>([
  ["no edit", record([other, field(enumAB)]), record([other, field(enumAB)])],
  ["a new field with a default", record([other, field("int", { default: 0 })]), record([other])],
  ["a new field whose default is null", record([other, field(["null", "int"], { default: null })]), record([other])],
  ["a field gone that had a default", record([other]), record([other, field("int", { default: 0 })])],
  ["fields in another order", record([field("int"), other]), record([other, field("int")])],
  [
    "a symbol more, with a default on both sides",
    record([field({ ...(enumABC as object), default: "a" })]),
    record([field({ ...(enumAB as object), default: "a" })]),
  ],
  ["a text made bytes", record([field("bytes")]), record([field("string")])],
  ["branches in another order", record([field(["int", "null"])]), record([field(["null", "int"])])],
  ["other documentation", record([other], { doc: "new" }), record([other], { doc: "old" })],
  [
    "a record renamed with aliases on both sides",
    record([other], { name: "S", aliases: ["R"] }),
    record([other], { name: "R", aliases: ["S"] }),
  ],
])("lets pass %s", (_, current, released) => {
  expect(why(current, released)).toEqual([]);
  // And the library that will do the reading agrees.
  const [now, then] = [current, released].map((schema) =>
    avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0]),
  );
  expect(() => [now!.createResolver(then!), then!.createResolver(now!)]).not.toThrow();
});

test("a reader with an alias reads what was written under the old name", () => {
  const reader = readShapes([record([{ name: "g", type: "long", aliases: ["f"] }])])[0]!;
  const writer = readShapes([record([field("int")])])[0]!;
  expect(whyUnreadable(reader, writer, "R")).toEqual([]);
});

test("an alias that would take either of two fields is refused", () => {
  const reader = readShapes([record([{ name: "g", type: "int", aliases: ["f"] }])])[0]!;
  const writer = readShapes([record([field("int"), { name: "g", type: "int" }])])[0]!;
  expect(whyUnreadable(reader, writer, "R")).toEqual(["R.g: both its name and its aliases were written"]);
});
