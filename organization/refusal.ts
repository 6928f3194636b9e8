/**
 * Why a write changed nothing.
 *
 * @module
 */

import type { OrganizationWrites } from "./organization_store.ts";

/** There is no such organization, or it has another version than the caller expects. */
export type Refusal =
  | { readonly refused: "unknown" }
  | { readonly refused: "deleted"; readonly version: number }
  | { readonly refused: "version"; readonly version: number };

/** Finds the reason, in the transaction of the write that changed nothing. */
export async function findRefusal(
  writes: OrganizationWrites,
  organizationId: string,
): Promise<Refusal> {
  const found = await writes.find(organizationId);
  if (found.state === "live") return { refused: "version", version: found.organization.version };
  if (found.state === "deleted") return { refused: "deleted", version: found.version };
  return { refused: "unknown" };
}
