/**
 * What licensing knows about organizations, which belong to another service.
 *
 * @module
 */

/** The details licensing keeps a copy of. */
export interface OrganizationDetails {
  readonly name: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly contactPhone: string;
}

/** The names of the details, in the order in which they are stored. */
export const organizationFields = [
  "name",
  "contactName",
  "contactEmail",
  "contactPhone",
] as const satisfies readonly (keyof OrganizationDetails)[];

/**
 * How an organization stood at a version. A deleted one keeps its last version; one that never
 * existed is deleted at version 0.
 */
export type OrganizationFact =
  | { readonly state: "live"; readonly version: number; readonly value: OrganizationDetails }
  | { readonly state: "deleted"; readonly version: number };
