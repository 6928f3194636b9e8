/**
 * The cache that a configuration asks for.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { CacheConfig } from "../config.ts";
import type { OrganizationCache } from "../organization_cache.ts";
import type { OrganizationWatermarks } from "../organization_watermarks.ts";
import { guardedOrganizationCache } from "./guarded_organization_cache.ts";
import { memoryOrganizationCache } from "./memory_organization_cache.ts";
import { redisOrganizationCache } from "./redis_organization_cache.ts";

/** Both sides of one cache; it ends with `cache`. */
export interface OpenedCache {
  readonly cache: OrganizationCache;
  readonly watermarks: OrganizationWatermarks;
}

/** Returns at once, also when nothing answers. */
export function openCache(
  config: CacheConfig,
  { destination, logger }: { readonly destination: string; readonly logger: Logger },
): OpenedCache {
  if (config.store === "memory") {
    const memory = memoryOrganizationCache({ maxEntries: config.maxEntries, now: Date.now });
    return { cache: memory, watermarks: memory };
  }
  const redis = redisOrganizationCache({ ...config, destination, logger });
  return { cache: guardedOrganizationCache(redis, { logger }), watermarks: redis };
}
