/**
 * Puts a key on the partition that Java's Kafka client would.
 *
 * @module
 */

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;
const MAX_HASHES = 10_000;
const encoder = new TextEncoder();
const hashes = new Map<string, number>();

/** MurmurHash2, 32 bits, with Kafka's seed; signed as in Java. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const whole = length - length % 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let hash = SEED ^ length;
  for (let index = 0; index < whole; index += 4) {
    const mixed = Math.imul(view.getInt32(index, true), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER);
  }
  if (whole < length) {
    for (let index = length - 1; index >= whole; index -= 1) {
      hash ^= (bytes[index] ?? 0) << (8 * (index - whole));
    }
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) | 0;
}

/** The key's place before the count is known: murmur2 & 0x7fffffff. */
export function partitionHash(key: string): number {
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = murmur2(encoder.encode(key)) & 0x7fffffff;
  // Which keys are in use changes slowly: starting anew now and then is cheaper than keeping order.
  if (hashes.size === MAX_HASHES) hashes.clear();
  hashes.set(key, hash);
  return hash;
}

/** The partition of a key among `count`: its hash modulo the count. */
export function partitionOf(key: string, count: number): number {
  return partitionHash(key) % count;
}
