/**
 * Finding one license with its organization.
 *
 * @module
 */

import type { FindOptions, FindOrganization } from "./find_organization.ts";
import type { CacheUse } from "./found_organization.ts";
import type { LicenseKey, LicenseStore } from "./license_store.ts";
import { showLicense, type ShownLicense } from "./shown_license.ts";

/** What reading takes. */
export interface ReadDeps {
  readonly store: LicenseStore;
  readonly findOrganization: FindOrganization;
}

/** Undefined when the organization has no such license; then the organization is not looked up. */
export async function findLicense(
  { store, findOrganization }: ReadDeps,
  { organizationId, licenseId, ...options }: LicenseKey & FindOptions,
): Promise<{ readonly license: ShownLicense; readonly cache: CacheUse } | undefined> {
  const license = await store.find({ organizationId, licenseId });
  if (license === undefined) return undefined;
  const found = await findOrganization(organizationId, options);
  return { license: showLicense(license, found), cache: found.cache };
}
