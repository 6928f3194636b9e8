/**
 * The licensing service: licenses of organizations that another service owns.
 *
 * @module
 */

export {
  type LicensingOptions,
  type LicensingParts,
  type LicensingService,
  openLicensing,
} from "./app.ts";
export {
  type CacheConfig,
  type LicensingConfig,
  parseLicensingConfig,
  type ParseLicensingOptions,
  SINK_BINDING,
} from "./config.ts";
export type { CacheTimes } from "./cache_times.ts";
export {
  createFindOrganization,
  type FindOptions,
  type FindOrganization,
  type FindOrganizationDeps,
} from "./find_organization.ts";
export {
  type FollowedWatermarks,
  followWatermarks,
  type FollowWatermarksOptions,
} from "./follow_watermarks.ts";
export type { CacheUse, FoundOrganization } from "./found_organization.ts";
export type { LookupEvent, RevalidationOutcome } from "./lookup_event.ts";
export type { Caller, OrganizationOrigin, OriginAnswer } from "./organization_origin.ts";
export type { License, LicenseDetails } from "./license.ts";
export type { ExpectedVersions, LicenseKey, LicensePage, LicenseStore } from "./license_store.ts";
export {
  type Fenced,
  onOrganizationChanged,
  type OnOrganizationChangedDeps,
} from "./on_organization_changed.ts";
export type { OrganizationDetails, OrganizationFact } from "./organization.ts";
export {
  type CacheEntry,
  CacheFullError,
  type CacheRead,
  type Fence,
  type Fill,
  type FillOutcome,
  type InvalidateOutcome,
  type Invalidation,
  type OrganizationCache,
  type ReadOptions,
} from "./organization_cache.ts";
export type { KnownWatermarks, OrganizationWatermarks } from "./organization_watermarks.ts";
export { loadSampleData, sampleLicenses } from "./sample_data.ts";
export { licensingSettings } from "./settings.ts";
