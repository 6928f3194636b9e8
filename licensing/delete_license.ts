/**
 * Deleting a license.
 *
 * @module
 */

import type { ExpectedVersions, LicenseKey, LicenseStore } from "./license_store.ts";
import { findRefusal, type Refusal } from "./refusal.ts";

/** Which license, and at which versions only. */
export interface DeleteCommand extends LicenseKey {
  readonly expected: ExpectedVersions;
}

/** Returns undefined when it is deleted. */
export async function deleteLicense(
  { store }: { readonly store: LicenseStore },
  { expected, ...key }: DeleteCommand,
): Promise<Refusal | undefined> {
  if (await store.remove(key, { expected })) return undefined;
  return await findRefusal(store, key);
}
