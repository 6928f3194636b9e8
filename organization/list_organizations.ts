/**
 * Listing organizations, page by page.
 *
 * @module
 */

import type { Organization } from "./organization.ts";
import type { OrganizationPage, OrganizationStore } from "./organization_store.ts";

/** Returns one organization more than the page holds when another page follows. */
export function listOrganizations(
  { store }: { readonly store: OrganizationStore },
  { limit, after }: OrganizationPage,
): Promise<readonly Organization[]> {
  return store.list({ limit: limit + 1, after });
}
