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
export type { License, LicenseDetails } from "./license.ts";
export type { ExpectedVersions, LicenseKey, LicensePage, LicenseStore } from "./license_store.ts";
export { loadSampleData, sampleLicenses } from "./sample_data.ts";
