/**
 * Creating a license for an organization that exists.
 *
 * @module
 */

import type { FindOptions, FindOrganization } from "./find_organization.ts";
import type { FoundOrganization } from "./found_organization.ts";
import type { LicenseDetails } from "./license.ts";
import type { LicenseStore } from "./license_store.ts";
import { showLicense, type ShownLicense } from "./shown_license.ts";

/** An organization that is known to exist, be it by an old value. */
export type KnownOrganization = Extract<FoundOrganization, { status: "current" | "stale" }>;

/** `unavailable`: nobody can say now whether it exists. */
export type NoOrganization = { readonly refused: "unknown" | "deleted" | "unavailable" };

/** Finds out whether the organization may be given licenses. */
export async function requireOrganization(
  findOrganization: FindOrganization,
  { organizationId, ...options }: FindOptions & { readonly organizationId: string },
): Promise<KnownOrganization | NoOrganization> {
  const found = await findOrganization(organizationId, options);
  if (found.status === "current" || found.status === "stale") return found;
  return { refused: found.status };
}

/** What the license shall be, and for whom. */
export interface CreateCommand {
  readonly known: KnownOrganization;
  readonly details: LicenseDetails;
}

/** Stores it with version 1. `store` may be the one of a transaction. */
export async function createLicense(
  { store, newId }: { readonly store: LicenseStore; readonly newId: () => string },
  { known, details }: CreateCommand,
): Promise<ShownLicense> {
  const { organizationId } = known.organization;
  const license = { licenseId: newId(), organizationId, ...details, version: 1 };
  if (await store.insert(license)) return showLicense(license, known);
  throw new TypeError(`Cannot create license "${license.licenseId}": the id is in use`);
}
