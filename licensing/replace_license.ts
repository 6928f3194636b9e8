/**
 * Replacing all that is said about a license.
 *
 * @module
 */

import type { License, LicenseDetails } from "./license.ts";
import type { ExpectedVersions, LicenseKey, LicenseStore } from "./license_store.ts";
import { findRefusal, type Refusal } from "./refusal.ts";

/** Which license, what it shall be, and over which versions only. */
export interface ReplaceCommand extends LicenseKey {
  readonly details: LicenseDetails;
  readonly expected: ExpectedVersions;
}

/** Raises the version, also when every detail stays the same. */
export async function replaceLicense(
  { store }: { readonly store: LicenseStore },
  { details, expected, ...key }: ReplaceCommand,
): Promise<License | Refusal> {
  return await store.replace(key, details, { expected }) ?? await findRefusal(store, key);
}
