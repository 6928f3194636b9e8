/**
 * Creating an organization.
 *
 * @module
 */

import type { Organization, OrganizationDetails } from "./organization.ts";
import { type Cause, toEvent, type WriteDeps } from "./organization_event.ts";
import type { OrganizationWrites } from "./organization_store.ts";

/** What the organization shall be. */
export interface CreateCommand {
  readonly details: OrganizationDetails;
  readonly cause: Cause;
}

/**
 * Stores it with version 1 and tells of it. It runs in the caller's transaction, which also keeps
 * the answer, so that a request that comes again makes no second organization.
 */
export async function createOrganization(
  deps: WriteDeps & { readonly writes: OrganizationWrites },
  { details, cause }: CreateCommand,
): Promise<Organization> {
  const organization = { organizationId: deps.newId(), ...details, version: 1 };
  const { organizationId, version } = organization;
  if (!await deps.writes.insert(organization)) {
    throw new TypeError(`Cannot create organization "${organizationId}": the id is in use`);
  }
  await deps.writes.record(toEvent({ organizationId, action: "CREATED", version }, cause, deps));
  return organization;
}
