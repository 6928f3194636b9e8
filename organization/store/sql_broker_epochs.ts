/**
 * What the broker's partitions were stored by when a relay looked last: one row a partition.
 *
 * @module
 */

import type { OutboxStore } from "@cauce/messaging/outbox";
import type { Database } from "@cauce/platform/database";

interface Row {
  readonly partition_number: number;
  readonly epoch: string;
  readonly seen_at: number;
}

/** The epochs of `OutboxStore`. */
export function sqlBrokerEpochs(
  database: Database,
): Pick<OutboxStore, "epochs" | "rememberEpochs"> {
  return {
    async epochs(channel) {
      const rows = await database.query<Row>(
        "SELECT partition_number, epoch, seen_at FROM outbox_epoch WHERE channel = $1",
        [channel],
      );
      return new Map(
        rows.map((row) => [row.partition_number, { epoch: row.epoch, seenAt: row.seen_at }]),
      );
    },

    async rememberEpochs(channel, epochs) {
      if (epochs.size === 0) return;
      const values = [...epochs].map(([partition, { epoch, seenAt }]) => [
        partition,
        epoch,
        seenAt,
      ]);
      const places = values.map((_, index) => {
        const first = 2 + index * 3;
        return `($1, $${first}, $${first + 1}, $${first + 2})`;
      });
      await database.query(
        `INSERT INTO outbox_epoch (channel, partition_number, epoch, seen_at)
         VALUES ${places.join(", ")}
         ON CONFLICT (channel, partition_number) DO UPDATE
         SET epoch = excluded.epoch, seen_at = excluded.seen_at`,
        [channel, ...values.flat()],
      );
    },
  };
}
