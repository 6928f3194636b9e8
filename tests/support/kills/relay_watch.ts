/**
 * Watches which relays hold the outbox's leases.
 *
 * @module
 */

import { type Database, openDatabase } from "@cauce/platform/database";

/** Who holds what now, by PostgreSQL's clock. */
export interface Holdings {
  /** Partitions by owner, those whose lease ended not among them. */
  readonly owners: ReadonlyMap<string, number>;
  /** Partitions whose lease is in force. */
  readonly held: number;
}

/** Asks a database; dispose it in the end. */
export interface RelayWatch extends AsyncDisposable {
  readonly database: Database;
  look(): Promise<Holdings>;
}

/** Opens the database of organizations. */
export async function openRelayWatch(url: string): Promise<RelayWatch> {
  const database = await openDatabase(url);
  return {
    database,
    async look() {
      const rows = await database.query<{ owner: string; partitions: number }>(
        `SELECT owner, COUNT(*) AS partitions FROM outbox_lease
         WHERE held_until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000 GROUP BY owner`,
      );
      return {
        owners: new Map(rows.map(({ owner, partitions }) => [owner, partitions])),
        held: rows.reduce((sum, { partitions }) => sum + partitions, 0),
      };
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
