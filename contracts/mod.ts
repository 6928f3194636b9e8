/**
 * What the services agree on: channels and the events on them. No I/O.
 *
 * @module
 */

export { asyncApiDocument, type AsyncApiOperation, type AsyncApiOptions } from "./async_api.ts";
export {
  type OrganizationChanged,
  organizationChangedSchema,
  organizationChanges,
} from "./organization_changed.ts";
