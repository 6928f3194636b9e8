/**
 * What the cases of the organization store work with.
 *
 * @module
 */

import type { OutboxEvent, OutboxStore } from "@cauce/messaging/outbox";
import type { Organization, OrganizationStore } from "@cauce/organization";

/** A store, and the outbox it writes to. */
export interface StoreWorld {
  readonly store: OrganizationStore;
  readonly outbox: OutboxStore;
}

/** A promise as a sentence. */
export interface StoreCase {
  readonly title: string;
  run(world: StoreWorld): Promise<void>;
}

const CHANNEL = "organization-changes";

/** An organization under the id, of version 1. */
export function organization(organizationId: string, name = "Ostock"): Organization {
  return {
    organizationId,
    name,
    contactName: "Rosalind Vega",
    contactEmail: "rosalind.vega@ostock.example",
    contactPhone: "+51 1 555 0101",
    version: 1,
  };
}

/** The event of one version. */
export function event(key: string, version: number): OutboxEvent {
  return {
    id: crypto.randomUUID(),
    channel: CHANNEL,
    key,
    payload: { organizationId: key, version },
    time: Date.now(),
    traceparent: undefined,
  };
}

/** Inserts organizations, without events. */
export async function insert({ store }: StoreWorld, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await store.write((writes) => writes.insert(organization(id)));
}

/** Changes the name and records the event, as the use cases do. */
export async function rename({ store }: StoreWorld, id: string, name: string): Promise<number> {
  return await store.write(async (writes) => {
    const changed = await writes.update(id, { name });
    if (changed === undefined) throw new Error("Cannot find the organization");
    await writes.record(event(id, changed.version));
    return changed.version;
  });
}

/** The versions of a key in the outbox, in its order. */
export async function recorded({ outbox }: StoreWorld, key: string): Promise<number[]> {
  const lease = await outbox.lease({
    channel: CHANNEL,
    partitionCount: 1,
    owner: "reader",
    leaseMs: 60_000,
  });
  const rows = await outbox.unpublished(CHANNEL, lease, 1000);
  return rows.filter((row) => row.key === key)
    .map((row) => (row.payload as { version: number }).version);
}
