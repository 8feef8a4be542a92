import { shortName, type RecordShape, type Shape } from "./shape.ts";

/**
 * Checks that bytes are an encoding of a shape, before they are decoded. avsc trusts what it reads: a count of 2^31 in
 * six bytes makes it build a list of as many empty texts, a length past the end reads as undefined, an int may exceed
 * 32 bits. Here every count and length is held against the bytes that are there.
 */
export type Walk = (cursor: Cursor) => void;

export interface Cursor {
  bytes: Uint8Array;
  at: number;
}

/** Bytes that are no encoding of the shape: where, and what was found. */
export class Malformed extends Error {}

/** The longest encoding of a 64 bit number. */
const VARINT_BYTES = 10;

/** Shape → check. The cursor is moved past what was checked; throws Malformed. */
function walkOf(shape: Shape, where: string): Walk {
  switch (shape.type) {
    case "null":
      return () => {};
    case "boolean":
      return (cursor) => {
        const byte = cursor.bytes[cursor.at++];
        if (byte !== 0 && byte !== 1) fail(cursor, where, byte === undefined ? "is cut off" : "is no boolean");
      };
    case "int":
      return (cursor) => {
        if (readVarint(cursor, where) > 0xffff_ffff) fail(cursor, where, "is beyond 32 bits");
      };
    case "long":
      return longWalk(where);
    case "double":
      return (cursor) => skip(cursor, 8, where);
    case "bytes":
    case "string":
      return (cursor) => skip(cursor, readLength(cursor, where), where);
    case "enum":
      return (cursor) => {
        const index = readSigned(cursor, where);
        if (index < 0 || index >= shape.symbols.length) fail(cursor, where, `has no symbol ${index}`);
      };
    case "union": {
      const branches = shape.branches.map((branch) => walkOf(branch, where));
      return (cursor) => {
        const index = readSigned(cursor, where);
        const branch = branches[index];
        if (branch) branch(cursor);
        else fail(cursor, where, `has no branch ${index}`);
      };
    }
    case "array":
      return blocksWalk(walkOf(shape.items, `${where}[]`), where);
    case "map": {
      const value = walkOf(shape.values, `${where}{}`);
      return blocksWalk((cursor) => {
        walkKey(cursor, where);
        value(cursor);
      }, where);
    }
    case "record":
      break;
  }
  return recordWalk(shape, where);
}

function recordWalk(shape: RecordShape, where: string): Walk {
  const fields = shape.fields.map((field) => walkOf(field.shape, `${where}.${field.name}`));
  return (cursor) => {
    for (const field of fields) field(cursor);
  };
}

/** A record at the top: all bytes from the cursor on are its own. */
export function wholeWalkOf(shape: RecordShape): Walk {
  const name = shortName(shape.name);
  const walk = recordWalk(shape, name);
  return (cursor) => {
    walk(cursor);
    if (cursor.at !== cursor.bytes.length)
      fail(cursor, name, `is followed by ${cursor.bytes.length - cursor.at} bytes`);
  };
}

/**
 * A number holds whole numbers up to 2^53. avsc takes the zigzag form (twice the number) through one, so that a
 * negative long is exact down to -2^52 only.
 */
function longWalk(where: string): Walk {
  return (cursor) => {
    const negative = (cursor.bytes[cursor.at] ?? 0) & 1;
    const zigzag = readVarint(cursor, where);
    if (zigzag > (negative ? 2 ** 53 - 1 : 2 * (2 ** 53 - 2))) fail(cursor, where, "is beyond what a number holds");
  };
}

/** Arrays and maps: blocks of items, each with its count, ended by an empty one. */
function blocksWalk(item: Walk, where: string): Walk {
  return (cursor) => {
    for (;;) {
      let count = readSigned(cursor, where);
      if (count === 0) return;
      if (count < 0) {
        // A negative count is followed by the block's size in bytes, for readers that skip it.
        count = -count;
        readLength(cursor, where);
      }
      // No event has items that take no byte: a greater count is a lie, and would be allocated.
      if (count > cursor.bytes.length - cursor.at) fail(cursor, where, `cannot hold ${count} items`);
      for (; count > 0; count--) item(cursor);
    }
  };
}

const PROTO = new TextEncoder().encode("__proto__");

/** avsc sets keys by assignment, which for this one key would set the prototype instead. */
function walkKey(cursor: Cursor, where: string): void {
  const length = readLength(cursor, where);
  const start = cursor.at;
  skip(cursor, length, where);
  if (length === PROTO.length && PROTO.every((byte, i) => cursor.bytes[start + i] === byte)) {
    fail(cursor, where, "has the key __proto__");
  }
}

function skip(cursor: Cursor, length: number, where: string): void {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) fail(cursor, where, "is cut off");
}

function readLength(cursor: Cursor, where: string): number {
  const length = readSigned(cursor, where);
  if (length < 0 || length > cursor.bytes.length - cursor.at) fail(cursor, where, `cannot be ${length} bytes long`);
  return length;
}

function readSigned(cursor: Cursor, where: string): number {
  const zigzag = readVarint(cursor, where);
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

/** The zigzag form, as written: exact up to 2^53, and never taken for a smaller one above. */
function readVarint(cursor: Cursor, where: string): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++];
  // Nearly all are one byte long.
  if (byte !== undefined && byte < 0x80) return byte;
  let value = 0;
  let scale = 1;
  for (let i = 1; byte !== undefined; i++) {
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    if (i === VARINT_BYTES) return fail(cursor, where, "is a number of more than ten bytes");
    scale *= 128;
    byte = bytes[cursor.at++];
  }
  return fail(cursor, where, "is cut off");
}

function fail(cursor: Cursor, where: string, what: string): never {
  throw new Malformed(`${where} ${what} (before byte ${Math.min(cursor.at, cursor.bytes.length)})`);
}
