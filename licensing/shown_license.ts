/**
 * A license as it is shown: with its organization, and how sure that is.
 *
 * @module
 */

import type { FoundOrganization, Organization } from "./found_organization.ts";
import type { License } from "./license.ts";

/** How much the organization beside a license is worth. */
export type OrganizationStatus = "current" | "stale" | "unavailable" | "deleted";

/** A license and the organization it belongs to, as far as it is known. */
export interface ShownLicense extends License {
  readonly organization: Organization | null;
  readonly organizationStatus: OrganizationStatus;
}

/** Puts both together. An organization that never existed is as gone as a deleted one. */
export function showLicense(license: License, found: FoundOrganization): ShownLicense {
  const isKnown = found.status === "current" || found.status === "stale";
  return {
    ...license,
    organization: isKnown ? found.organization : null,
    organizationStatus: found.status === "unknown" ? "deleted" : found.status,
  };
}
