/**
 * The licensing service: licenses of organizations that another service owns.
 *
 * @module
 */

export type { OrganizationDetails, OrganizationFact } from "./organization.ts";
export type {
  CacheEntry,
  CacheRead,
  Fence,
  Fill,
  FillOutcome,
  InvalidateOutcome,
  Invalidation,
  OrganizationCache,
  ReadOptions,
} from "./organization_cache.ts";
