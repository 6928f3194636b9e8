/**
 * The event that tells of a change, as it goes into the outbox.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import type { OutboxEvent } from "@cauce/messaging/outbox";

/** What made the change happen; it travels with the event. */
export interface Cause {
  readonly correlationId: string;
  readonly traceparent: string | undefined;
}

/** What use cases that write need beside the store. */
export interface WriteDeps {
  /** In ms since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Builds the event of one change. */
export function toEvent(
  change: Omit<OrganizationChanged, "correlationId">,
  cause: Cause,
  { now, newId }: WriteDeps,
): OutboxEvent {
  const payload = { ...change, correlationId: cause.correlationId };
  return {
    id: newId(),
    channel: organizationChanges.name,
    key: organizationChanges.keyOf(payload),
    payload,
    time: now(),
    traceparent: cause.traceparent,
  };
}
