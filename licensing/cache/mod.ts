/**
 * The adapters of the organization cache.
 *
 * @module
 */

export { guardedOrganizationCache, type GuardOptions } from "./guarded_organization_cache.ts";
export {
  memoryOrganizationCache,
  type MemoryOrganizationCacheOptions,
} from "./memory_organization_cache.ts";
export {
  redisOrganizationCache,
  type RedisOrganizationCacheOptions,
} from "./redis_organization_cache.ts";
export { type CacheScripts, cacheScripts } from "./scripts.ts";
