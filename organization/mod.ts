/**
 * The organization service.
 *
 * @module
 */

export {
  openOrganization,
  type OrganizationOptions,
  type OrganizationParts,
  type OrganizationService,
} from "./app.ts";
export {
  type OrganizationConfig,
  organizationSettings,
  parseOrganizationConfig,
  SOURCE_BINDING,
} from "./config.ts";
export type {
  Organization,
  OrganizationChanges,
  OrganizationDetails,
  OrganizationState,
} from "./organization.ts";
export type { OrganizationStore, OrganizationWrites } from "./organization_store.ts";
export { loadSampleData, sampleOrganizations } from "./sample_data.ts";
