/** JSON from outside: bounded in depth, without keys that change an object's prototype. */
import { isUtf8 } from "node:buffer";
import { parse } from "secure-json-parse";

/** Deeper documents are refused: code that walks one may be recursive. */
export const MAX_JSON_DEPTH = 32;

/** Why a text was refused: a closed set, fit for a metric label. */
export interface JsonFault {
  readonly code: "empty" | "invalid-utf8" | "too-deep" | "invalid-json" | "forbidden-key";
  readonly detail: string;
}

/**
 * The value of a JSON text (RFC 8259) in UTF-8, or why it is refused. `__proto__` and `constructor.prototype` as keys
 * are refused: they would change the prototype of an object made from them.
 */
export function parseJson(bytes: Uint8Array): { readonly value: unknown } | { readonly fault: JsonFault } {
  if (bytes.length === 0) return { fault: { code: "empty", detail: "there is nothing where JSON is expected" } };
  // Decoding would put U+FFFD for each bad byte, and take in another text than was sent.
  if (!isUtf8(bytes)) return { fault: { code: "invalid-utf8", detail: "the bytes are not UTF-8" } };
  if (isDeeperThan(bytes, MAX_JSON_DEPTH)) {
    return { fault: { code: "too-deep", detail: `nested deeper than ${MAX_JSON_DEPTH} levels` } };
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  try {
    return { value: parse(text, null, { protoAction: "error", constructorAction: "error" }) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { fault: { code: isForbiddenKey(detail) ? "forbidden-key" : "invalid-json", detail } };
  }
}

/** The parser throws SyntaxError for both; this is the message of the one that JSON.parse never gives. */
function isForbiddenKey(message: string): boolean {
  return message.includes("forbidden prototype property");
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];

/** Counts brackets outside strings, byte by byte: a text too deep never reaches a parser that would recurse. */
function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN[0] || byte === OPEN[1]) {
      if (++depth > limit) return true;
    } else if (byte === CLOSE[0] || byte === CLOSE[1]) {
      depth--;
    }
  }
  return false;
}
