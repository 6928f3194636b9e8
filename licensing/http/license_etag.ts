/**
 * The entity tag of a license that shows its organization.
 *
 * It is `"<license version>.<organization version>"`; the organization's part is 0 where it is not
 * shown. Any status but `current` follows a hyphen: `"3.7-stale"`, `"3.0-unavailable"`,
 * `"3.0-deleted"`. So whatever changes in the answer changes the tag.
 *
 * @module
 */

import { expectedVersions, formatETag } from "@cauce/platform/http";
import type { ExpectedVersions } from "../license_store.ts";
import type { ShownLicense } from "../shown_license.ts";

const TAG = /^(\d{1,15})(\.\d{1,15}(-(stale|unavailable|deleted))?)?$/;

/** The tag of a license as it is shown. */
export function licenseETag(license: ShownLicense): string {
  const { version, organization, organizationStatus } = license;
  const suffix = organizationStatus === "current" ? "" : `-${organizationStatus}`;
  return formatETag(version, `${organization?.version ?? 0}${suffix}`);
}

/**
 * The license versions a write may go over: what its organization does is no reason to refuse it, so
 * only the first part of each tag counts, and it may stand alone.
 */
export function expectedLicenseVersions(ifMatch: string | undefined): ExpectedVersions {
  return expectedVersions(ifMatch, TAG);
}
