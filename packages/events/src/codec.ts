import avro, { type Type } from "avsc";
import { crc64Avro, fingerprintHex } from "./fingerprint.ts";
import { canonicalForm, printSchema } from "./print.ts";
import { readShapes, shortName, type Json, type RecordShape } from "./shape.ts";
import { Malformed, wholeWalkOf, type Cursor, type Walk } from "./walk.ts";

/** Why bytes could not be decoded: a metric label and the reason of a dead letter alike. */
export type DecodeReason = "too-short" | "no-marker" | "unknown-fingerprint" | "malformed";

export interface Undecoded {
  readonly name: null;
  readonly reason: DecodeReason;
  readonly detail: string;
}

/** A record with the name of its type, or why there is none. `Types` maps names to types. */
export type DecodedOf<Types> =
  | { readonly [N in keyof Types]: { readonly name: N; readonly value: Types[N] } }[keyof Types]
  | Undecoded;

/**
 * Avro single-object encoding (Avro 1.12): C3 01, the schema's CRC-64-AVRO in little-endian order, the body.
 * A `long` is a number between -2^52 and 2^53 - 2.
 */
export interface Codec<Types> {
  /** The bytes are the caller's own. Throws where the value is not of the type: that is a fault of the program. */
  readonly encode: <N extends keyof Types & string>(name: N, value: Types[N]) => Uint8Array;
  /** Never throws. A record of an earlier version comes out as the current type. Nothing in it refers to `bytes`. */
  readonly decode: (bytes: Uint8Array) => DecodedOf<Types>;
}

const HEADER_BYTES = 10;
const FIRST_SCRATCH_BYTES = 64 * 1024;

interface Version {
  readonly name: string;
  readonly high: number;
  readonly walk: Walk;
  readonly type: Type;
  readonly resolver: ReturnType<Type["createResolver"]> | undefined;
}

interface Writer {
  readonly type: Type;
  readonly header: Uint8Array;
  /** Fields of type bytes: avsc wants them as Buffer. */
  readonly bytesFields: readonly string[];
}

/**
 * A codec for the current schemas, by short name, that also reads the versions in `history` (those of other names are
 * passed over). Throws Error when a schema is wrong or an old version cannot be read: at start, not at a record.
 */
export function createCodec<Types>(
  current: Readonly<Record<keyof Types & string, Json>>,
  history: readonly Json[],
): Codec<Types> {
  const writers = new Map<string, Writer>();
  const versions = new Map<number, Version>();

  function add(shape: RecordShape, latest: Type | undefined): Type {
    const type = avro.Type.forSchema(printSchema(shape) as Parameters<typeof avro.Type.forSchema>[0], {
      omitRecordMethods: true,
      wrapUnions: "never",
    });
    const name = shortName(shape.name);
    const fingerprint = crc64Avro(canonicalForm(shape));
    const low = Number(fingerprint & 0xffff_ffffn);
    const high = Number(fingerprint >> 32n);
    const known = versions.get(low);
    if (known && known.high !== high) throw new Error(`${name}: its fingerprint begins like that of ${known.name}`);
    if (!known) {
      const resolver = latest?.createResolver(type);
      versions.set(low, { name, high, walk: wholeWalkOf(shape), type: latest ?? type, resolver });
    }
    return type;
  }

  for (const [name, schema] of Object.entries<Json>(current)) {
    const shape = recordOf(schema);
    if (shortName(shape.name) !== name) throw new Error(`${name}: its schema is named ${shape.name}`);
    const fingerprint = Buffer.alloc(8);
    fingerprint.writeBigUInt64LE(crc64Avro(canonicalForm(shape)));
    writers.set(name, {
      type: add(shape, undefined),
      header: Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint]),
      bytesFields: shape.fields.filter((field) => field.shape.type === "bytes").map((field) => field.name),
    });
  }
  for (const schema of history) {
    const shape = recordOf(schema);
    const writer = writers.get(shortName(shape.name));
    if (writer) add(shape, writer.type);
  }

  // One buffer for all: avsc's toBuffer allocates anew for each record and takes 2.5 times as long.
  let scratch = Buffer.allocUnsafeSlow(FIRST_SCRATCH_BYTES);

  function encode(name: string, value: unknown): Uint8Array {
    const writer = writers.get(name);
    if (!writer) throw new Error(`no schema is named ${name}`);
    const given = writer.bytesFields.length === 0 ? value : withBuffers(value as object, writer.bytesFields);
    let end = writer.type.encode(given, scratch, HEADER_BYTES);
    while (end < 0) {
      // A negative answer is the number of bytes that were missing.
      scratch = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, scratch.length - end));
      end = writer.type.encode(given, scratch, HEADER_BYTES);
    }
    scratch.set(writer.header);
    return Buffer.from(scratch.subarray(0, end));
  }

  const cursor: Cursor = { bytes: scratch, at: 0 };

  function decode(bytes: Uint8Array): { name: string; value: unknown } | Undecoded {
    if (bytes.length < HEADER_BYTES) return undecoded("too-short", `${bytes.length} bytes`);
    if (bytes[0] !== 0xc3 || bytes[1] !== 0x01) return undecoded("no-marker", "the first bytes are not C3 01");
    const buffer = asBuffer(bytes);
    const version = versions.get(buffer.readUInt32LE(2));
    if (!version || version.high !== buffer.readUInt32LE(6)) {
      return undecoded("unknown-fingerprint", fingerprintHex(buffer.readBigUInt64LE(2)));
    }
    try {
      cursor.bytes = buffer;
      cursor.at = HEADER_BYTES;
      version.walk(cursor);
      return { name: version.name, value: version.type.decode(buffer, HEADER_BYTES, version.resolver).value };
    } catch (error) {
      if (error instanceof Malformed) return undecoded("malformed", error.message);
      // avsc throws plain errors where it cannot read; after the walk none is known, and a record must stop nothing.
      return undecoded("malformed", error instanceof Error ? error.message : String(error));
    }
  }

  return { encode, decode: decode as Codec<Types>["decode"] };
}

function recordOf(schema: Json): RecordShape {
  const shape = readShapes([schema])[0];
  if (shape?.type !== "record") throw new Error("the schema is not a record's");
  return shape;
}

function undecoded(reason: DecodeReason, detail: string): Undecoded {
  return { name: null, reason, detail };
}

/** The same memory as a Buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function withBuffers(value: object, fields: readonly string[]): object {
  let copy: Record<string, unknown> | undefined;
  for (const field of fields) {
    const bytes: unknown = (copy ?? (value as Record<string, unknown>))[field];
    if (!(bytes instanceof Uint8Array) || Buffer.isBuffer(bytes)) continue;
    copy ??= { ...value };
    copy[field] = asBuffer(bytes);
  }
  return copy ?? value;
}
