/**
 * The inbox over SQLite and PostgreSQL: one row for each event and group that took effect.
 *
 * @module
 */

import type { Inbox } from "@cauce/messaging/inbox";
import type { Queryable, Transaction } from "./database.ts";
import type { Migration } from "./migrate.ts";

/** The table of handled events; put it among the service's migrations. */
export const inboxMigration: Migration = {
  name: "inbox",
  statements: [
    `CREATE TABLE inbox (
      group_name TEXT NOT NULL,
      event_id TEXT NOT NULL,
      handled_at BIGINT NOT NULL,
      PRIMARY KEY (group_name, event_id))`,
    "CREATE INDEX inbox_handled_at ON inbox (handled_at)",
  ],
};

/** Builds the inbox; `now` dates the entries. */
export function sqlInbox({ now }: { readonly now: () => number }): Inbox<Transaction> {
  return {
    async firstTime(transaction, { group, eventId }) {
      const rows = await transaction.query(
        `INSERT INTO inbox (group_name, event_id, handled_at) VALUES ($1, $2, $3)
         ON CONFLICT (group_name, event_id) DO NOTHING RETURNING event_id`,
        [group, eventId, now()],
      );
      return rows.length > 0;
    },
  };
}

/**
 * Forgets events handled before `before`, in ms since the epoch, and returns how many. An event that
 * is delivered again after that takes effect again: keep more than the broker and the dead letters do.
 */
export async function pruneInbox(database: Queryable, before: number): Promise<number> {
  const rows = await database.query(
    "DELETE FROM inbox WHERE handled_at < $1 RETURNING event_id",
    [before],
  );
  return rows.length;
}
