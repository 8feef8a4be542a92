/** Rabin polynomial of CRC-64-AVRO, which is also the hash of no bytes (Avro 1.12, "Schema Fingerprints"). */
const EMPTY = 0xc15d213aa4d7a795n;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let hash = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) hash = (hash >> 1n) ^ (EMPTY & -(hash & 1n));
  return hash;
});

/** CRC-64-AVRO of a schema's canonical form: 64 bits, unsigned. */
export function crc64Avro(text: string): bigint {
  let hash = EMPTY;
  for (const byte of new TextEncoder().encode(text))
    hash = (hash >> 8n) ^ TABLE[Number((hash ^ BigInt(byte)) & 0xffn)]!;
  return hash;
}

/** A fingerprint as 16 hex digits, the most significant first; the name of a version in `schemas/history/`. */
export function fingerprintHex(fingerprint: bigint): string {
  return fingerprint.toString(16).padStart(16, "0");
}
