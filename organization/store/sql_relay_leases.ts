/**
 * Which relay publishes which partition: one row a partition, held until a time of the database's clock.
 *
 * @module
 */

import { type OutboxStore, processNow } from "@cauce/messaging/outbox";
import type { Database } from "@cauce/platform/database";
import { OUTBOX_TOPIC } from "./outbox_topic.ts";

const NOW = {
  sqlite: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  postgres: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
} as const;

/** The leases of `OutboxStore`. */
export function sqlRelayLeases(database: Database): Pick<OutboxStore, "lease" | "release"> {
  const now = NOW[database.dialect];
  const take = `
    WITH RECURSIVE wanted(partition_number) AS (
      SELECT 0 UNION ALL
      SELECT partition_number + 1 FROM wanted
      WHERE partition_number + 1 < CAST($2 AS INTEGER)
    )
    INSERT INTO outbox_lease (channel, partition_number, partition_count, owner, held_until)
    SELECT CAST($1 AS TEXT), partition_number, CAST($2 AS INTEGER), CAST($3 AS TEXT),
      ${now} + CAST($4 AS BIGINT)
    FROM wanted
    WHERE NOT EXISTS (
      SELECT 1 FROM outbox_lease
      WHERE channel = CAST($1 AS TEXT) AND owner <> CAST($3 AS TEXT)
        AND partition_count <> CAST($2 AS INTEGER) AND held_until > ${now})
    ON CONFLICT (channel, partition_number) DO UPDATE
    SET partition_count = excluded.partition_count, owner = excluded.owner,
      held_until = excluded.held_until
    WHERE outbox_lease.owner = excluded.owner OR outbox_lease.held_until <= ${now}
    RETURNING partition_number`;
  return {
    async lease({ channel, partitionCount, owner, leaseMs }) {
      // Counted from before the question, the lease ends here no later than in the database.
      const until = processNow() + leaseMs;
      const rows = await database.query<{ partition_number: number }>(
        take,
        [channel, partitionCount, owner, leaseMs],
      );
      const partitions = rows.map((row) => row.partition_number).sort((a, b) => a - b);
      return { owner, partitions, partitionCount, until };
    },

    release(channel, owner) {
      return database.transaction(async (transaction) => {
        await transaction.query(
          "DELETE FROM outbox_lease WHERE channel = $1 AND owner = $2",
          [channel, owner],
        );
        await transaction.notify(OUTBOX_TOPIC);
      });
    },
  };
}
