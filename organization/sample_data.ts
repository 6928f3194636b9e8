/**
 * The organizations of the course's sample data.
 *
 * @module
 */

import type { Organization } from "./organization.ts";
import { toEvent } from "./organization_event.ts";
import type { OrganizationStore } from "./organization_store.ts";

/** Organizations under the ids that the sample licenses name. */
export const sampleOrganizations: readonly Organization[] = [
  {
    organizationId: "e6a625cc-718b-48c2-ac76-1dfdff9a531e",
    name: "Ostock",
    contactName: "Rosalind Vega",
    contactEmail: "rosalind.vega@ostock.example",
    contactPhone: "+51 1 555 0101",
    version: 1,
  },
  {
    organizationId: "d898a142-de44-466c-8c88-9ceb2c2429d3",
    name: "OptimaGrowth",
    contactName: "Tomás Quispe",
    contactEmail: "tomas.quispe@optimagrowth.example",
    contactPhone: "+51 1 555 0102",
    version: 1,
  },
  {
    organizationId: "e839ee96-28de-4f67-bb79-870ca89743a0",
    name: "Ostock",
    contactName: "Ines Marroquín",
    contactEmail: "ines.marroquin@ostock.example",
    contactPhone: "+51 1 555 0103",
    version: 1,
  },
];

/**
 * Creates the sample organizations that were never there, each with its event. One that was changed
 * or deleted stays as it is.
 */
export async function loadSampleData(store: OrganizationStore): Promise<void> {
  const deps = { now: Date.now, newId: () => crypto.randomUUID() };
  const cause = { correlationId: "sample-data", traceparent: undefined };
  for (const organization of sampleOrganizations) {
    const { organizationId, version } = organization;
    await store.write(async (writes) => {
      if (!await writes.insert(organization)) return;
      await writes.record(toEvent({ organizationId, action: "CREATED", version }, cause, deps));
    });
  }
}
