import { expect, test } from "vitest";
import { SCHEMAS } from "./generated/schemas.ts";
import { canonicalForm, printSchema } from "./print.ts";
import { readShapes, type Json } from "./shape.ts";

const refused: [why: string, documents: Json[], message: RegExp][] = [
  ["a name that nothing has", [{ type: "array", items: "sanfen.Nobody" }], /no schema is named sanfen\.Nobody/],
  ["a name used twice", [enumOf("A", ["x"]), enumOf("A", ["y"])], /A is defined twice/],
  ["a record within itself", [recordOf("A", "A")], /A contains itself/],
  ["records within each other", [recordOf("A", "B"), recordOf("B", "A")], /contains itself/],
  ["a union in a union", [["null", ["string"]]], /union directly in a union/],
  ["a default that is no symbol", [{ ...enumOf("A", ["x"]), default: "y" }], /default "y" is none/],
  ["a logical type unknown here", [{ type: "long", logicalType: "time-micros" }], /logical type "time-micros"/],
  ["a day in a long", [{ type: "long", logicalType: "date" }], /logical type "date" of "long"/],
  ["a type unknown here", [{ type: "fixed", name: "A", size: 4 }], /no schema is named fixed/],
  ["fields that are no list", [{ type: "record", name: "A" }], /A\.fields: not a list/],
  ["no schema at all", [7], /schema 1: not an object/],
];

test.each(refused)("refuses %s", (_, documents, message) => {
  expect(() => readShapes(documents)).toThrow(message);
});

test("names are resolved in any order and take the namespace around them", () => {
  const user: Json = {
    type: "record",
    name: "User",
    namespace: "n",
    fields: [
      { name: "a", type: "Kind" },
      { name: "b", type: "n.Kind" },
    ],
  };
  const kind: Json = { type: "enum", name: "n.Kind", symbols: ["x"] };
  const [shape] = readShapes([user, kind]);
  expect(shape).toMatchObject({
    name: "n.User",
    fields: [{ shape: { name: "n.Kind" } }, { shape: { name: "n.Kind" } }],
  });
});

test("a printed schema needs no other and reads back as the same shape", () => {
  for (const schema of Object.values<Json>(SCHEMAS)) {
    const [shape] = readShapes([schema]);
    expect(readShapes([printSchema(shape!)])).toStrictEqual([shape]);
  }
});

test("the canonical form holds what decides the bytes and nothing else", () => {
  const schema: Json = {
    type: "record",
    name: "A",
    namespace: "n",
    doc: "left out",
    aliases: ["B"],
    fields: [
      { name: "day", type: { type: "int", logicalType: "date" }, default: 0, doc: "left out" },
      { name: "kinds", type: { type: "array", items: { type: "enum", name: "K", symbols: ["x"], default: "x" } } },
      { name: "kind", type: ["null", "K"] },
      { name: "counts", type: { type: "map", values: "long" } },
    ],
  };
  expect(canonicalForm(readShapes([schema])[0]!)).toBe(
    '{"name":"n.A","type":"record","fields":[{"name":"day","type":"int"},' +
      '{"name":"kinds","type":{"type":"array","items":{"name":"n.K","type":"enum","symbols":["x"]}}},' +
      '{"name":"kind","type":["null","n.K"]},{"name":"counts","type":{"type":"map","values":"long"}}]}',
  );
});

function enumOf(name: string, symbols: string[]): { [key: string]: Json } {
  return { type: "enum", name, symbols };
}

function recordOf(name: string, fieldType: string): Json {
  return { type: "record", name, fields: [{ name: "f", type: fieldType }] };
}
