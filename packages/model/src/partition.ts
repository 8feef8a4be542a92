const utf8 = new TextEncoder();

/**
 * Partition of a key: murmur2 over its UTF-8 bytes, sign bit cleared, modulo the number of partitions; the rule of
 * Kafka's default partitioner, so that any producer places a key where ours does. Throws RangeError unless `partitions`
 * is a positive integer: there is no partition NaN.
 */
export function partitionOf(key: string, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) throw new RangeError(`${partitions} partitions`);
  return (murmur2(utf8.encode(key)) & 0x7fffffff) % partitions;
}

/** Austin Appleby's MurmurHash2 (32 bit) with the seed Kafka uses (0x9747b28c), as a signed integer. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  let hash = 0x9747b28c ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    hash = Math.imul(hash, m) ^ Math.imul(k, m);
  }
  const rest = bytes.length - whole;
  if (rest === 3) hash ^= bytes[whole + 2]! << 16;
  if (rest >= 2) hash ^= bytes[whole + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ bytes[whole]!, m);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, m);
  return hash ^ (hash >>> 15);
}
