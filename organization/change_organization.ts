/**
 * Changing some of what is known about an organization.
 *
 * @module
 */

import type { Organization, OrganizationChanges } from "./organization.ts";
import { type Cause, toEvent, type WriteDeps } from "./organization_event.ts";
import type { ExpectedVersions, OrganizationStore } from "./organization_store.ts";
import { findRefusal, type Refusal } from "./refusal.ts";

/** Which organization, what to change, and at which versions only. */
export interface ChangeCommand {
  readonly organizationId: string;
  readonly changes: OrganizationChanges;
  readonly expected: ExpectedVersions;
  readonly cause: Cause;
}

/** Raises the version, also when every detail stays the same, and tells of it. */
export function changeOrganization(
  deps: WriteDeps & { readonly store: OrganizationStore },
  { organizationId, changes, expected, cause }: ChangeCommand,
): Promise<Organization | Refusal> {
  return deps.store.write(async (writes) => {
    const organization = await writes.update(organizationId, changes, { expected });
    if (organization === undefined) return await findRefusal(writes, organizationId);
    const { version } = organization;
    await writes.record(toEvent({ organizationId, action: "UPDATED", version }, cause, deps));
    return organization;
  });
}
