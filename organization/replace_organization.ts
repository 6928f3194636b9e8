/**
 * Replacing all that is known about an organization.
 *
 * @module
 */

import { changeOrganization } from "./change_organization.ts";
import type { Organization, OrganizationDetails } from "./organization.ts";
import type { Cause, WriteDeps } from "./organization_event.ts";
import type { ExpectedVersions, OrganizationStore } from "./organization_store.ts";
import type { Refusal } from "./refusal.ts";

/** Which organization, what it shall be, and over which versions only. */
export interface ReplaceCommand {
  readonly organizationId: string;
  readonly details: OrganizationDetails;
  readonly expected: ExpectedVersions;
  readonly cause: Cause;
}

/** A replacement is a change of every detail. It makes no organization: ids are the service's own. */
export function replaceOrganization(
  deps: WriteDeps & { readonly store: OrganizationStore },
  { details, ...command }: ReplaceCommand,
): Promise<Organization | Refusal> {
  return changeOrganization(deps, { ...command, changes: details });
}
