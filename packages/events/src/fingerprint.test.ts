import { expect, test } from "vitest";
import { crc64Avro, fingerprintHex } from "./fingerprint.ts";

// From the fingerprints of Avro's own test list of schemas.
test.each([
  ['"null"', 7195948357588979594n],
  ['"boolean"', -6970731678124411036n],
  ['"int"', 8247732601305521295n],
])("CRC-64-AVRO of %s", (canonical, signed) => {
  expect(BigInt.asIntN(64, crc64Avro(canonical))).toBe(signed);
});

test("sixteen digits, whatever the number", () => {
  expect(fingerprintHex(0x2an)).toBe("000000000000002a");
});
