/**
 * The organization service.
 *
 * @module
 */

export type {
  Organization,
  OrganizationChanges,
  OrganizationDetails,
  OrganizationState,
} from "./organization.ts";
export type { OrganizationStore, OrganizationWrites } from "./organization_store.ts";
export { loadSampleData, sampleOrganizations } from "./sample_data.ts";
