/**
 * The rate limit of a service, from its settings.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import { memoryRateLimit } from "./memory_rate_limit.ts";
import { bucketOf, type RateLimit } from "./rate_limit.ts";
import { redisRateLimit } from "./redis_rate_limit.ts";

/** As `commonSettings` reads them. */
export interface RateLimitSettings {
  readonly RATE_LIMIT_PER_SECOND: number;
  readonly RATE_LIMIT_REDIS_URL?: string | undefined;
}

/** Shared where there is a Redis, else this process's own; undefined where there is no limit. */
export function openRateLimit(
  { RATE_LIMIT_PER_SECOND: perSecond, RATE_LIMIT_REDIS_URL: url }: RateLimitSettings,
  { service, logger }: { readonly service: string; readonly logger: Logger },
): RateLimit | undefined {
  if (perSecond === 0) return undefined;
  const size = bucketOf(perSecond);
  if (url === undefined) return memoryRateLimit({ size });
  return redisRateLimit({ url, prefix: `rate:${service}:`, size, logger });
}
