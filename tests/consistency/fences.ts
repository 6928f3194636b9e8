/**
 * Looks at fences where they are, in the cache's Redis: what is seen there was applied before.
 *
 * @module
 */

import { redisOrganizationCache } from "@cauce/licensing/cache";
import { silentLogger } from "@cauce/messaging";

/** Disposing closes the connection. */
export interface Fences extends AsyncDisposable {
  /** Undefined where there is no entry, or where the cache is out of reach. */
  find(organizationId: string): Promise<number | undefined>;
}

/** Nobody can see the fences of a cache without an address: then `find()` knows none. */
export function openFences(cacheUrl: string | undefined): Fences {
  if (cacheUrl === undefined) {
    return {
      find: () => Promise.resolve(undefined),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const cache = redisOrganizationCache({
    url: cacheUrl,
    commandTimeoutMs: 1000,
    logger: silentLogger,
  });
  return {
    async find(organizationId) {
      const entry = await cache.inspect(organizationId).catch(() => undefined);
      return entry?.fence?.version;
    },
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}
