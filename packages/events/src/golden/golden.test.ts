import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { BODY_OF } from "../body.ts";
import { EVENTS } from "../events.ts";
import { SCHEMAS } from "../generated/schemas.ts";
import type { Json } from "../shape.ts";
import { askFastavro, installFastavro, type Response } from "./fastavro.ts";
import { bytesFields, codec, isCurrent, readGolden, valueOf, type Golden } from "./golden.ts";

const HEADER_DIGITS = 20;
const all = readGolden().filter((golden): golden is Required<Golden> => golden.hex !== undefined);
const current = all.filter(isCurrent);
const rows = all.map((golden, i) => [`${golden.name} ${i + 1}`, golden] as const);
const currentRows = current.map((golden, i) => [`${golden.name} ${i + 1}`, i, golden] as const);

test("every event and body has golden bytes of its current version", () => {
  const missing = [...EVENTS, ...Object.values(BODY_OF)].filter(
    (name) => name !== null && !current.some((golden) => golden.name === name),
  );
  expect(missing, "add a value to golden.json and run golden/write.ts").toEqual([]);
  expect(all, "run golden/write.ts").toHaveLength(readGolden().length);
});

test.each(rows)("golden bytes still read: %s", (_, golden) => {
  expect(codec.decode(Buffer.from(golden.hex, "hex")).name).toBe(golden.name);
});

test.each(currentRows)("golden bytes are what is written and read: %s", (_, _i, golden) => {
  expect(Buffer.from(codec.encode(golden.name, valueOf(golden))).toString("hex")).toBe(golden.hex);
  expect(codec.decode(Buffer.from(golden.hex, "hex"))).toEqual({ name: golden.name, value: valueOf(golden) });
});

describe("fastavro", () => {
  let response: Response;
  beforeAll(() => {
    installFastavro();
    const jobs = current.map((golden) => ({
      schema: SCHEMAS[golden.name],
      hex: golden.hex,
      value: golden.value,
      bytesFields: bytesFields(golden.name),
    }));
    response = askFastavro({ jobs, documents: schemaFiles() });
  });

  test("parses every file in schemas/", () => {
    expect(schemaFiles().length).toBeGreaterThan(20);
    expect(response.errors).toEqual([]);
  });

  test.each(currentRows)("has the same fingerprint for %s", (_, i, golden) => {
    expect(`c301${response.answers[i]!.fingerprint}`).toBe(golden.hex.slice(0, HEADER_DIGITS));
  });

  test.each(currentRows)("reads our bytes to the end and writes the same: %s", (_, i, golden) => {
    expect(response.answers[i]!.left).toBe(0);
    expect(response.answers[i]!.reencoded).toBe(golden.hex.slice(HEADER_DIGITS));
  });

  test.each(currentRows)("writes what we read: %s", (_, i, golden) => {
    const bytes = Buffer.from(golden.hex.slice(0, HEADER_DIGITS) + response.answers[i]!.encoded, "hex");
    expect(codec.decode(bytes)).toEqual({ name: golden.name, value: valueOf(golden) });
  });
});

function schemaFiles(): Json[] {
  const folder = join(import.meta.dirname, "../../../../schemas");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".avsc"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Json);
}
