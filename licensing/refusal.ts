/**
 * Why a write changed nothing.
 *
 * @module
 */

import type { LicenseKey, LicenseStore } from "./license_store.ts";

/** The organization has no such license, or it has another version than the caller expects. */
export type Refusal =
  | { readonly refused: "unknown" }
  | { readonly refused: "version"; readonly version: number };

/** Finds the reason after a write that changed nothing. */
export async function findRefusal(store: LicenseStore, key: LicenseKey): Promise<Refusal> {
  const found = await store.find(key);
  if (found === undefined) return { refused: "unknown" };
  return { refused: "version", version: found.version };
}
