/**
 * The origin of what the cache holds: a port to the organization service.
 *
 * @module
 */

import type { OrganizationFact } from "./organization.ts";

/** Who asks: passed on, so that one request can be followed through both services. */
export interface Caller {
  readonly correlationId: string;
  readonly traceparent: string;
}

/** What the origin says; `unavailable` when it cannot be asked, or does not say it in time. */
export type OriginAnswer = OrganizationFact | "unavailable";

/** Asks the service that owns organizations. */
export interface OrganizationOrigin {
  /** Never rejects. Settles in less time than a lease lasts. */
  find(organizationId: string, caller: Caller): Promise<OriginAnswer>;
  /** The same, but says no more than `unchanged` where the organization still has that version. */
  findIfChanged(
    organizationId: string,
    options: { readonly version: number; readonly caller: Caller },
  ): Promise<OriginAnswer | "unchanged">;
  /** False while asking is known to be in vain. */
  readonly isReachable: boolean;
}
