/**
 * Finding one organization.
 *
 * @module
 */

import type { OrganizationState } from "./organization.ts";
import type { OrganizationStore } from "./organization_store.ts";

/** Tells how the id stands. A read publishes nothing. */
export function findOrganization(
  { store }: { readonly store: OrganizationStore },
  organizationId: string,
): Promise<OrganizationState> {
  return store.find(organizationId);
}
