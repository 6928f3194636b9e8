/**
 * Listing an organization's licenses, page by page.
 *
 * @module
 */

import type { ReadDeps } from "./find_license.ts";
import type { FindOptions } from "./find_organization.ts";
import type { CacheUse } from "./found_organization.ts";
import type { LicensePage } from "./license_store.ts";
import { showLicense, type ShownLicense } from "./shown_license.ts";

/** Whose licenses, and which part of them. */
export type ListQuery = { readonly organizationId: string } & LicensePage & FindOptions;

/**
 * Looks the organization up once for the whole page. Returns one license more than the page holds
 * when another page follows.
 */
export async function listLicenses(
  { store, findOrganization }: ReadDeps,
  { organizationId, limit, after, ...options }: ListQuery,
): Promise<{ readonly licenses: readonly ShownLicense[]; readonly cache: CacheUse }> {
  const [licenses, found] = await Promise.all([
    store.list(organizationId, { limit: limit + 1, after }),
    findOrganization(organizationId, options),
  ]);
  return {
    licenses: licenses.map((license) => showLicense(license, found)),
    cache: found.cache,
  };
}
