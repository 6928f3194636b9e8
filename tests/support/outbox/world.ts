/**
 * The world of the outbox cases: one database, events to record, sources that remember.
 *
 * @module
 */

import { type OrganizationChanged, organizationChanges } from "@cauce/contracts";
import { silentLogger, type Source } from "@cauce/messaging";
import { createRelay, type OutboxStore, type Relay } from "@cauce/messaging/outbox";
import { insertOutboxEvent, sqlOutbox } from "@cauce/organization/store";
import type { Database, Transaction } from "@cauce/platform/database";

/** What the cases examine. A mutant replaces a part of it. */
export interface OutboxSubject {
  createStore(database: Database): OutboxStore;
  createRelay(options: SubjectRelayOptions): Relay;
}

/** A relay's options as the cases vary them. */
export interface SubjectRelayOptions {
  readonly database: Database;
  readonly store: OutboxStore;
  readonly source: Source<OrganizationChanged>;
  readonly owner: string;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
}

/** What organization runs on. */
export const subject: OutboxSubject = {
  createStore: sqlOutbox,
  createRelay: ({ store, source, owner, leaseMs, heartbeatMs }) =>
    createRelay({
      store,
      source,
      owner,
      leaseMs,
      heartbeatMs,
      channel: organizationChanges,
      logger: silentLogger,
    }),
};

/** A database of one case, and what the case starts on it. */
export interface OutboxWorld {
  readonly database: Database;
  readonly subject: OutboxSubject;
  readonly store: OutboxStore;
}

/** The channel of the cases. */
export const CHANNEL: string = organizationChanges.name;
/** Short, so that a take-over is seen soon. */
export const LEASE_MS = 900;

let owners = 0;

/** Starts a relay. The caller disposes it. */
export function startRelay(
  world: OutboxWorld,
  source: Source<OrganizationChanged>,
  options: { readonly store?: OutboxStore; readonly heartbeatMs?: number } = {},
): Relay {
  const relay = world.subject.createRelay({
    database: world.database,
    store: options.store ?? world.subject.createStore(world.database),
    source,
    owner: `relay-${++owners}`,
    leaseMs: LEASE_MS,
    heartbeatMs: options.heartbeatMs ?? 0,
  });
  relay.start();
  return relay;
}

/** One event; the id is its key, the version its place. */
export interface EventOfCase {
  readonly key: string;
  readonly version: number;
  readonly time?: number;
  /** Instead of a payload that fits the channel. */
  readonly payload?: unknown;
}

/** Puts an event into the outbox, in a transaction of its own. */
export async function record(world: OutboxWorld, event: EventOfCase): Promise<void> {
  await world.database.transaction((transaction) => recordIn(transaction, event));
}

/** Puts an event into the outbox in a transaction of the caller. */
export function recordIn(transaction: Transaction, event: EventOfCase): Promise<void> {
  const { key, version, time = Date.now() } = event;
  const payload = { organizationId: key, action: "UPDATED", version, correlationId: "case" };
  return insertOutboxEvent(transaction, {
    id: crypto.randomUUID(),
    channel: CHANNEL,
    key,
    payload: event.payload ?? payload,
    time,
    traceparent: undefined,
  });
}

/** Records `count` events of a key, one transaction each. */
export async function recordMany(world: OutboxWorld, key: string, count: number): Promise<void> {
  for (let version = 1; version <= count; version += 1) await record(world, { key, version });
}
