/**
 * The tables of the organization service, step by step. A step that was released never changes.
 *
 * @module
 */

import { type Database, idempotencyMigration, type Migration } from "@cauce/platform/database";

const organization = `
  CREATE TABLE organization (
    organization_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    version BIGINT NOT NULL,
    deleted_at BIGINT
  )`;

/** The columns of the outbox behind its sequence, which each database counts its own way. */
const OUTBOX_COLUMNS = `
    event_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    event_key TEXT NOT NULL,
    key_hash BIGINT NOT NULL,
    payload TEXT NOT NULL,
    event_time BIGINT NOT NULL,
    traceparent TEXT,
    round BIGINT NOT NULL DEFAULT 0,
    published_at BIGINT,
    quarantined_at BIGINT,
    quarantine_reason TEXT`;

// AUTOINCREMENT: without it SQLite gives the sequence of a pruned row to a new one.
const outbox = {
  sqlite: `CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, ${OUTBOX_COLUMNS})`,
  postgres: `CREATE TABLE outbox (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${OUTBOX_COLUMNS})`,
};

const waiting = `
  CREATE INDEX outbox_waiting ON outbox (channel, sequence)
  WHERE published_at IS NULL AND quarantined_at IS NULL`;
const published = `
  CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL`;
const quarantined = `
  CREATE INDEX outbox_quarantined ON outbox (channel) WHERE quarantined_at IS NOT NULL`;

const lease = `
  CREATE TABLE outbox_lease (
    channel TEXT NOT NULL,
    partition_number BIGINT NOT NULL,
    partition_count BIGINT NOT NULL,
    owner TEXT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (channel, partition_number)
  )`;

const unpublished = `
  CREATE INDEX outbox_unpublished ON outbox (channel, event_time) WHERE published_at IS NULL`;

const epoch = `
  CREATE TABLE outbox_epoch (
    channel TEXT NOT NULL,
    partition_number BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (channel, partition_number)
  )`;

/** All steps, oldest first. */
export function migrationsOf(dialect: Database["dialect"]): readonly Migration[] {
  return [
    {
      name: "001 organization and outbox",
      statements: [organization, outbox[dialect], waiting, published, quarantined, lease],
    },
    idempotencyMigration,
    { name: "003 epochs of the broker", statements: [epoch] },
    {
      name: "004 oldest unpublished event",
      statements: [unpublished],
    },
  ];
}
