import { hash } from "node:crypto";
import { decodeBody, encodeBodyOf } from "./body.ts";
import { encode } from "./events.ts";
import type { Fact } from "./generated/types.ts";

/**
 * What a fact says, as bytes: all of it but the instant of its arrival. A body of an earlier schema version is brought
 * to the current one first, so that the same fact sent before and after a release is the same content.
 */
export function contentOf(fact: Fact): Uint8Array {
  const decoded = decodeBody(fact);
  const body = decoded.name === null ? fact.body : encodeBodyOf(fact.kind, decoded.value);
  return encode("Fact", { ...fact, body, recordedAt: 0 });
}

/**
 * Which of two facts with the same subject, id and revision stands (design, invariant 2): the one with the greater
 * content. Negative when `a` gives way, 0 when both say the same. Contents are compared byte for byte: an order as
 * good as that of a hash, and cheaper.
 */
export function compareContent(a: Fact, b: Fact): number {
  return Buffer.compare(contentOf(a), contentOf(b));
}

/** A name for a fact's content: 32 hex digits, the first half of its SHA-256. */
export function contentHash(fact: Fact): string {
  return hash("sha256", contentOf(fact), "hex").slice(0, 32);
}
