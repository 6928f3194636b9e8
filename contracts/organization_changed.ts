/**
 * What the organization service says when an organization changed.
 *
 * @module
 */

import { type Channel, defineChannel } from "@cauce/messaging";
import { z } from "zod";

/** The data of the event. `version` grows by one with every change, a deletion included. */
export interface OrganizationChanged {
  readonly organizationId: string;
  readonly action: "CREATED" | "UPDATED" | "DELETED";
  readonly version: number;
  readonly correlationId: string;
}

/** Validates the event's data at run time; the AsyncAPI document is made from it. */
export const organizationChangedSchema: z.ZodType<OrganizationChanged> = z.strictObject({
  organizationId: z.string().min(1).max(200),
  action: z.enum(["CREATED", "UPDATED", "DELETED"]),
  version: z.int().min(1),
  correlationId: z.string().min(1).max(200),
});

/** Every change of every organization, in order for each organization. */
export const organizationChanges: Channel<OrganizationChanged> = defineChannel({
  name: "organization-changes",
  schema: organizationChangedSchema,
  keyOf: (change) => change.organizationId,
  typeOf: (change) => `organization.${change.action.toLowerCase()}`,
});
