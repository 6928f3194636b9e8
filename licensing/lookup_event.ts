/**
 * What looking organizations up tells the outside: for metrics.
 *
 * @module
 */

import type { FoundOrganization } from "./found_organization.ts";
import type { FillOutcome } from "./organization_cache.ts";

/** What the origin said of a hit that was not proven; `behind`: it knows an older version only. */
export type RevalidationOutcome = "unchanged" | "changed" | "behind" | "unavailable";

/** One look-up that ended, one fill or one revalidation on its way. */
export type LookupEvent =
  | { readonly kind: "found"; readonly found: FoundOrganization }
  | { readonly kind: "filled"; readonly outcome: FillOutcome }
  | { readonly kind: "revalidated"; readonly outcome: RevalidationOutcome };
