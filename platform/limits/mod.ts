/**
 * Bounds of how much is asked.
 *
 * @module
 */

export { memoryRateLimit, type MemoryRateLimitOptions } from "./memory_rate_limit.ts";
export { openRateLimit, type RateLimitSettings } from "./open_rate_limit.ts";
export { type Allowance, bucketOf, type BucketSize, type RateLimit } from "./rate_limit.ts";
export { redisRateLimit, type RedisRateLimitOptions } from "./redis_rate_limit.ts";
