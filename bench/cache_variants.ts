/**
 * How a license may come by its organization: by the cache's protocol, by the same cache without
 * it, or from the organization service each time.
 *
 * @module
 */

import type { OrganizationCache } from "@cauce/licensing";
import { Redis } from "ioredis";

/** The variants by name. */
export const variantNames = ["protocol", "hgetall", "origin"] as const;

/** One of them. */
export type VariantName = typeof variantNames[number];

/** What every answer of a variant says it did. */
export const CACHE_STATUS: Readonly<Record<VariantName, string>> = {
  protocol: "organization; hit",
  hgetall: "organization; hit",
  origin: "organization; fwd=miss; stored",
};

/** Puts the variant between look-ups and the cache at that address. */
export function wrapCache(
  variant: VariantName,
  redisUrl: string,
): (cache: OrganizationCache) => OrganizationCache {
  if (variant === "protocol") return (cache) => cache;
  return variant === "hgetall" ? readByHgetall(redisUrl) : askTheOrigin;
}

/** Believes whatever the hash holds: no fence, no lease, no epoch, no deadline, no breaker. */
function readByHgetall(redisUrl: string): (cache: OrganizationCache) => OrganizationCache {
  const client = new Redis(redisUrl, { enableAutoPipelining: false, protocol: 2 });
  // Redis may be gone before the service is.
  client.on("error", () => {});
  return (cache) => ({
    ...cache,
    async read(id, options) {
      const { v, st, name = "", contactName = "", contactEmail = "", contactPhone = "" } =
        await client.hgetall(`organization:{${id}}`);
      if (v === undefined || st !== "L") return await cache.read(id, options);
      const value = { name, contactName, contactEmail, contactPhone };
      return { outcome: "HIT", fact: { state: "live", version: Number(v), value }, ageMs: 0 };
    },
  });
}

/** Gives every reader the right to load, and keeps nothing. */
function askTheOrigin(cache: OrganizationCache): OrganizationCache {
  return {
    ...cache,
    read: () => Promise.resolve({ outcome: "LEASE", old: undefined, fence: undefined }),
    fill: () => Promise.resolve("FILLED"),
  };
}
