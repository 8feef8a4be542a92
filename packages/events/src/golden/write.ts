// Brings golden.json up to the schemas: bytes that still read keep their place, for that they never change is the
// point; those of a version that was never released are written anew; a current version without any gets the last
// value of its record. Members that a value lacks are filled in with their defaults.
import { writeFileSync } from "node:fs";
import { GOLDEN_FILE, bytesFields, codec, isCurrent, readGolden, valueOf, type Golden } from "./golden.ts";

function written(golden: Golden): Required<Golden> {
  const bytes = codec.encode(golden.name, valueOf(golden));
  const decoded = codec.decode(bytes);
  if (decoded.name === null) throw new Error(`${golden.name}: ${decoded.detail}`);
  const value = Object.fromEntries(Object.entries(decoded.value));
  for (const field of bytesFields(golden.name)) value[field] = Buffer.from(value[field]).toString("hex");
  return { name: golden.name, value, hex: Buffer.from(bytes).toString("hex") };
}

function stillReads(golden: Golden): golden is Required<Golden> {
  return golden.hex !== undefined && codec.decode(Buffer.from(golden.hex, "hex")).name !== null;
}

const kept = readGolden().map((golden) => (stillReads(golden) ? golden : written(golden)));
const outdated = kept.filter((golden) => !kept.some((other) => other.name === golden.name && isCurrent(other)));
const last = new Map(outdated.map((golden) => [golden.name, golden]));
const all = [...kept, ...[...last.values()].map(written)];
writeFileSync(GOLDEN_FILE, `${JSON.stringify(all, null, 2)}\n`);
