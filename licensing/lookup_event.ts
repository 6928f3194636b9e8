/**
 * What looking organizations up tells the outside: for metrics.
 *
 * @module
 */

import type { FoundOrganization } from "./found_organization.ts";
import type { FillOutcome } from "./organization_cache.ts";

/** One look-up that ended, or one fill on its way. */
export type LookupEvent =
  | { readonly kind: "found"; readonly found: FoundOrganization }
  | { readonly kind: "filled"; readonly outcome: FillOutcome };
