/**
 * The organization store: what the use cases need of a database.
 *
 * @module
 */

import type { OutboxEvent } from "@cauce/messaging/outbox";
import type { Transaction } from "@cauce/platform/database";
import type { Organization, OrganizationChanges, OrganizationState } from "./organization.ts";

/** Keeps organizations, and with each change the event that tells of it. */
export interface OrganizationStore {
  find(organizationId: string): Promise<OrganizationState>;
  /** Organizations that are not deleted, by id, from the first behind `after`. */
  list(page: OrganizationPage): Promise<readonly Organization[]>;
  /**
   * Commits what `work` did, or nothing. `work` may run again from its start, so it must have no
   * other effect.
   */
  write<T>(work: (writes: OrganizationWrites) => Promise<T>): Promise<T>;
  /** The same inside a transaction that does more: keeps a reply by its `Idempotency-Key`. */
  writesIn(transaction: Transaction): OrganizationWrites;
}

/** Which part of the list. */
export interface OrganizationPage {
  readonly limit: number;
  readonly after: string | undefined;
}

/** Versions a write is meant for; undefined: any. */
export type ExpectedVersions = readonly number[] | undefined;

/** What can be done inside one transaction. Record a change's event after the change itself. */
export interface OrganizationWrites {
  find(organizationId: string): Promise<OrganizationState>;
  /** Returns false, and stores nothing, when the id was used before. */
  insert(organization: Organization): Promise<boolean>;
  /** Returns what the organization became; undefined when none is live with an expected version. */
  update(
    organizationId: string,
    changes: OrganizationChanges,
    options?: { readonly expected?: ExpectedVersions },
  ): Promise<Organization | undefined>;
  /** Leaves the id and its next version, which is returned; undefined as for `update`. */
  remove(
    organizationId: string,
    options: { readonly at: number; readonly expected?: ExpectedVersions },
  ): Promise<number | undefined>;
  /** Puts the event into the outbox. For one organization the outbox keeps the order of commits. */
  record(event: OutboxEvent): Promise<void>;
}
