/**
 * What a look-up of an organization came to.
 *
 * @module
 */

import type { OrganizationDetails, OrganizationFact } from "./organization.ts";

/** An organization as licensing shows it. */
export interface Organization extends OrganizationDetails {
  readonly organizationId: string;
  readonly version: number;
}

/**
 * What the cache had to do with it: had it; had it, and the origin said that it is current; took what
 * was loaded; took nothing; had an old value for lack of a better one; was out of reach.
 */
export type CacheUse = "hit" | "revalidated" | "stored" | "miss" | "stale" | "bypass";

/** `unknown`: it never existed. `unavailable`: nobody who could be asked knows. */
export type FoundOrganization =
  & { readonly cache: CacheUse }
  & (
    | { readonly status: "current" | "stale"; readonly organization: Organization }
    | { readonly status: "deleted"; readonly version: number }
    | { readonly status: "unknown" | "unavailable" }
  );

/** A fact as the answer to a look-up. A deletion is final: it is never stale. */
export function toFound(
  organizationId: string,
  fact: OrganizationFact,
  { status, cache }: { readonly status: "current" | "stale"; readonly cache: CacheUse },
): FoundOrganization {
  const { version } = fact;
  if (fact.state === "live") {
    return { cache, status, organization: { organizationId, ...fact.value, version } };
  }
  return version > 0 ? { cache, status: "deleted", version } : { cache, status: "unknown" };
}
