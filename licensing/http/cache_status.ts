/**
 * What the organization cache did, as a header (RFC 9211).
 *
 * @module
 */

import type { CacheUse } from "../found_organization.ts";

const VALUES: Readonly<Record<CacheUse, string>> = {
  hit: "organization; hit",
  revalidated: "organization; hit; detail=revalidated",
  stored: "organization; fwd=miss; stored",
  miss: "organization; fwd=miss",
  stale: "organization; fwd=stale",
  bypass: "organization; fwd=bypass",
};

/** The value of `Cache-Status`. */
export function cacheStatus(cache: CacheUse): string {
  return VALUES[cache];
}
