/**
 * A rate limit of one process.
 *
 * @module
 */

import { type Bucket, type BucketSize, type RateLimit, takeFrom } from "./rate_limit.ts";

/** What it is made of. */
export interface MemoryRateLimitOptions {
  readonly size: BucketSize;
  /** Monotonic, in ms. */
  readonly now?: () => number;
  /** How many buckets are kept at most; the one that was used longest ago goes first. */
  readonly maxKeys?: number;
}

const MAX_KEYS = 100_000;

/** Starts with full buckets. */
export function memoryRateLimit(options: MemoryRateLimitOptions): RateLimit {
  const { size, now = () => performance.now(), maxKeys = MAX_KEYS } = options;
  // The order of insertion is that of use.
  const buckets = new Map<string, Bucket>();
  return {
    size,
    take(key) {
      const { bucket, allowance } = takeFrom(buckets.get(key), { size, now: now() });
      buckets.delete(key);
      buckets.set(key, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > maxKeys && oldest !== undefined) buckets.delete(oldest);
      return Promise.resolve(allowance);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
