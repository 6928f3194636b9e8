/**
 * The licenses of the course's sample data.
 *
 * @module
 */

import type { License } from "./license.ts";
import type { LicenseStore } from "./license_store.ts";

/** Licenses of the sample organizations. */
export const sampleLicenses: readonly License[] = [
  {
    licenseId: "f2a9c9d4-d2c0-44fa-97fe-724d77173c62",
    organizationId: "d898a142-de44-466c-8c88-9ceb2c2429d3",
    description: "Software product",
    productName: "Ostock",
    licenseType: "complete",
    comment: null,
    version: 1,
  },
  {
    licenseId: "279709ff-e6d5-4a54-8b55-a5c37542025b",
    organizationId: "e839ee96-28de-4f67-bb79-870ca89743a0",
    description: "Software product",
    productName: "Ostock",
    licenseType: "complete",
    comment: null,
    version: 1,
  },
];

/** Creates the sample licenses that are missing. One that was changed stays as it is. */
export async function loadSampleData(store: LicenseStore): Promise<void> {
  for (const license of sampleLicenses) await store.insert(license);
}
