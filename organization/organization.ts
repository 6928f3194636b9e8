/**
 * What an organization is, and what may be said about one.
 *
 * @module
 */

import { z } from "zod";

/** What a caller says about an organization. */
export interface OrganizationDetails {
  readonly name: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly contactPhone: string;
}

/** An organization as it stands. `version` grows by one with every change. */
export interface Organization extends OrganizationDetails {
  readonly organizationId: string;
  readonly version: number;
}

/** Some of the details: what is absent stays as it is. */
export type OrganizationChanges = {
  readonly [Field in keyof OrganizationDetails]?: OrganizationDetails[Field] | undefined;
};

/** How an id stands. An id that was deleted keeps its version and is never used again. */
export type OrganizationState =
  | { readonly state: "live"; readonly organization: Organization }
  | { readonly state: "deleted"; readonly version: number }
  | { readonly state: "unknown" };

const fields = {
  name: z.string().min(1).max(200),
  contactName: z.string().min(1).max(200),
  // As HTML has it, so that what a form takes is taken here.
  contactEmail: z.email({ pattern: z.regexes.html5Email }).max(320),
  contactPhone: z.string().min(1).max(50),
};

/** The whole body of POST and PUT. */
export const organizationDetailsSchema: z.ZodType<OrganizationDetails> = z.strictObject(fields);

/** The body of PATCH: at least one of the details. */
export const organizationChangesSchema: z.ZodType<OrganizationChanges> = z.strictObject(fields)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { error: "changes nothing" });
