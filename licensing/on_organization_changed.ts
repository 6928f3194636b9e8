/**
 * What licensing does when an organization changed: it raises the fence, then acknowledges.
 *
 * @module
 */

import type { OrganizationChanged } from "@cauce/contracts";
import { PauseAndRetryError, type Sink } from "@cauce/messaging";
import type { InvalidateOutcome, OrganizationCache } from "./organization_cache.ts";

/** One change that readers can no longer miss. */
export interface Fenced {
  readonly change: OrganizationChanged;
  /** OLD: it was fenced before, by another event or by a reader who loaded it. */
  readonly outcome: InvalidateOutcome;
  /** From the change's commit until now, by the clocks of two machines. */
  readonly sinceCommitMs: number;
}

/** What the sink needs. */
export interface OnOrganizationChangedDeps {
  readonly cache: OrganizationCache;
  readonly keepMs: number;
  /** In ms since the epoch. */
  readonly now: () => number;
  /** Takes each change on its way: returns at once, never throws. */
  readonly observe: (fenced: Fenced) => void;
}

/**
 * Builds the sink. While the cache is out of reach it asks for a pause: an invalidation is never
 * given up, nor dead-lettered.
 */
export function onOrganizationChanged(deps: OnOrganizationChangedDeps): Sink<OrganizationChanged> {
  const { cache, keepMs, now, observe } = deps;
  return async ({ payload: change, time }) => {
    const { organizationId, version } = change;
    let outcome: InvalidateOutcome;
    try {
      outcome = await cache.invalidate(organizationId, { version, keepMs });
    } catch (cause) {
      throw new PauseAndRetryError("Cannot invalidate: the cache is out of reach", { cause });
    }
    observe({ change, outcome, sinceCommitMs: Math.max(0, now() - time) });
  };
}
