/** W3C Trace Context: https://www.w3.org/TR/trace-context/, sections 3.2 and 4. Pure. */

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * The `traceparent` a request goes on with: the caller's trace with a new parent id, or a new trace where the caller
 * sent none or a malformed one. `random` gives that many random bytes in lower-case hex.
 */
export function continueTrace(received: string | undefined, random: (bytes: number) => string): string {
  const match = FORM.exec(received?.trim() ?? "");
  const [, version, trace, parent, flags, rest] = match ?? [];
  const valid =
    match !== null &&
    version !== "ff" &&
    !/^0+$/.test(trace!) &&
    !/^0+$/.test(parent!) &&
    // Version 00 ends after the flags; later ones may go on.
    !(version === "00" && rest !== undefined);
  if (!valid) return `00-${nonZero(16, random)}-${nonZero(8, random)}-01`;
  // We speak version 00, which knows the lowest flag alone: sampled.
  const sampled = Number.parseInt(flags!, 16) & 1;
  return `00-${trace}-${nonZero(8, random)}-0${sampled}`;
}

/** All zeroes mean "invalid" in the standard. */
function nonZero(bytes: number, random: (bytes: number) => string): string {
  const id = random(bytes);
  return /^0+$/.test(id) ? `${id.slice(1)}1` : id;
}
