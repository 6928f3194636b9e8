/**
 * What the organization service says when an organization changed.
 *
 * @module
 */

import { type Channel, defineChannel } from "@cauce/messaging";
import { z } from "zod";

/** The data of the event. `version` grows by one with every change, a deletion included. */
export interface OrganizationChanged {
  /** Which organization; also the event's key and subject. */
  readonly organizationId: string;
  /** What happened to it. */
  readonly action: "CREATED" | "UPDATED" | "DELETED";
  /** The organization's after the change. */
  readonly version: number;
  /** That of the request that changed it. */
  readonly correlationId: string;
}

/**
 * Validates the event's data at run time; the AsyncAPI document is made from it. What it does not know
 * is left out: a sender that adds a field must not have its events refused by an older consumer.
 */
export const organizationChangedSchema: z.ZodType<OrganizationChanged> = z.object({
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
