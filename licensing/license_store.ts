/**
 * The license store: what the use cases need of a database. Every question names the organization,
 * and a license of another one is not there.
 *
 * @module
 */

import type { License, LicenseDetails } from "./license.ts";

/** Names one license of one organization. */
export interface LicenseKey {
  readonly organizationId: string;
  readonly licenseId: string;
}

/** Which part of an organization's list. */
export interface LicensePage {
  readonly limit: number;
  readonly after: string | undefined;
}

/** Versions a write is meant for; undefined: any. */
export type ExpectedVersions = readonly number[] | undefined;

/** Keeps licenses. */
export interface LicenseStore {
  find(key: LicenseKey): Promise<License | undefined>;
  /** The organization's licenses by id, from the first behind `after`. */
  list(organizationId: string, page: LicensePage): Promise<readonly License[]>;
  /** Returns false, and stores nothing, when the organization has a license of this id. */
  insert(license: License): Promise<boolean>;
  /** Returns what the license became; undefined when there is none with an expected version. */
  replace(
    key: LicenseKey,
    details: LicenseDetails,
    options?: { readonly expected?: ExpectedVersions },
  ): Promise<License | undefined>;
  /** Returns false when there is none with an expected version. */
  remove(key: LicenseKey, options?: { readonly expected?: ExpectedVersions }): Promise<boolean>;
}
