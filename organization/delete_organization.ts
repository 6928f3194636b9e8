/**
 * Deleting an organization.
 *
 * @module
 */

import { type Cause, toEvent, type WriteDeps } from "./organization_event.ts";
import type { ExpectedVersions, OrganizationStore } from "./organization_store.ts";
import { findRefusal, type Refusal } from "./refusal.ts";

/** Which organization, and at which versions only. */
export interface DeleteCommand {
  readonly organizationId: string;
  readonly expected: ExpectedVersions;
  readonly cause: Cause;
}

/** Leaves the id with its next version, which caches are fenced by, and tells of it. */
export function deleteOrganization(
  deps: WriteDeps & { readonly store: OrganizationStore },
  { organizationId, expected, cause }: DeleteCommand,
): Promise<{ readonly version: number } | Refusal> {
  return deps.store.write(async (writes) => {
    const version = await writes.remove(organizationId, { at: deps.now(), expected });
    if (version === undefined) return await findRefusal(writes, organizationId);
    await writes.record(toEvent({ organizationId, action: "DELETED", version }, cause, deps));
    return { version };
  });
}
