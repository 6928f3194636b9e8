/**
 * The outbox in the service's own database: events written with the change, read by the relay.
 *
 * A row carries its key's hash and no partition, so the number of partitions is not frozen in rows.
 *
 * @module
 */

import {
  type OutboxEvent,
  type OutboxRow,
  type OutboxStore,
  partitionHash,
} from "@cauce/messaging/outbox";
import type { Database, Transaction } from "@cauce/platform/database";
import { OUTBOX_TOPIC } from "./outbox_topic.ts";
import { sqlBrokerEpochs } from "./sql_broker_epochs.ts";
import { sqlRelayLeases } from "./sql_relay_leases.ts";

const PRUNE_AT_ONCE = 1000;
/** A long backlog is not read whole, twice a second, to learn that it is long. */
const OLDEST_AT_ONCE = 1000;

interface Row {
  readonly sequence: number;
  readonly event_id: string;
  readonly channel: string;
  readonly event_key: string;
  readonly payload: string;
  readonly event_time: number;
  readonly traceparent: string | null;
  readonly round: number;
}

/**
 * Stores an event in the transaction of its change. The change of the key's row comes first: its
 * lock makes the order of sequences the order of commits for that key.
 */
export async function insertOutboxEvent(
  transaction: Transaction,
  event: OutboxEvent,
): Promise<void> {
  await transaction.query(
    `INSERT INTO outbox (event_id, channel, event_key, key_hash, payload, event_time, traceparent)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      event.id,
      event.channel,
      event.key,
      partitionHash(event.key),
      JSON.stringify(event.payload),
      event.time,
      event.traceparent ?? null,
    ],
  );
  await transaction.notify(OUTBOX_TOPIC);
}

/** Reads and marks what `insertOutboxEvent` wrote. */
export function sqlOutbox(database: Database): OutboxStore {
  return {
    ...sqlRelayLeases(database),
    ...sqlBrokerEpochs(database),

    async unpublished(channel, lease, limit) {
      const rows = await database.query<Row>(
        `SELECT sequence, event_id, channel, event_key, payload, event_time, traceparent, round
         FROM outbox
         WHERE channel = $1 AND published_at IS NULL AND quarantined_at IS NULL
           AND key_hash % $2 IN (${placeholders(lease.partitions, 4)})
         ORDER BY sequence LIMIT $3`,
        [channel, lease.partitionCount, limit, ...lease.partitions],
      );
      return rows.map(toOutboxRow);
    },

    async oldestUnpublished(channel, lease) {
      const found = await database.query<
        { place: number; oldest: number; newest: number; n: number }
      >(
        `SELECT place, MIN(event_time) AS oldest, MAX(event_time) AS newest, COUNT(*) AS n FROM (
           SELECT key_hash % $2 AS place, event_time FROM outbox
           WHERE channel = $1 AND published_at IS NULL ORDER BY event_time LIMIT ${OLDEST_AT_ONCE}
         ) AS oldest_rows GROUP BY place`,
        [channel, lease.partitionCount],
      );
      const oldest = new Map(found.map((row) => [row.place, row.oldest]));
      const seen = found.reduce((sum, { n }) => sum + n, 0);
      // Of partitions that are not among so many, all that is known is that theirs are younger.
      const least = seen < OLDEST_AT_ONCE ? Infinity : Math.max(...found.map((row) => row.newest));
      return new Map(lease.partitions.flatMap((partition) => {
        const time = oldest.get(partition) ?? least;
        return time === Infinity ? [] : [[partition, time] as const];
      }));
    },

    async markPublished(rows, lease, at) {
      for (const [round, ofRound] of Map.groupBy(rows, (row) => row.round)) {
        const sequences = padded(ofRound.map((row) => row.sequence));
        await database.query(
          `UPDATE outbox SET published_at = $1
           WHERE round = $2 AND sequence IN (${placeholders(sequences, 5)}) AND ${STILL_OURS}`,
          [at, round, lease.partitionCount, lease.owner, ...sequences],
        );
      }
    },

    async quarantine(row, lease, reason) {
      await database.query(
        `UPDATE outbox SET quarantined_at = $1, quarantine_reason = $2
         WHERE sequence = $5 AND ${STILL_OURS}`,
        [Date.now(), reason.slice(0, 1000), lease.partitionCount, lease.owner, row.sequence],
      );
    },

    async backlog(channel) {
      const [waiting] = await database.query<{ waiting: number; oldest: number | null }>(
        `SELECT COUNT(*) AS waiting, MIN(event_time) AS oldest FROM outbox
         WHERE channel = $1 AND published_at IS NULL AND quarantined_at IS NULL`,
        [channel],
      );
      const [aside] = await database.query<{ quarantined: number }>(
        `SELECT COUNT(*) AS quarantined FROM outbox
         WHERE channel = $1 AND quarantined_at IS NOT NULL`,
        [channel],
      );
      return {
        rows: waiting?.waiting ?? 0,
        oldestTime: waiting?.oldest ?? undefined,
        quarantined: aside?.quarantined ?? 0,
      };
    },

    republishSince: (channel, time) =>
      republishFrom(database, "channel = $1 AND event_time >= $2", [channel, time]),
    republishSent: (channel, time) =>
      republishFrom(database, "channel = $1 AND published_at >= $2", [channel, time]),

    async prune(time) {
      let pruned = 0;
      while (true) {
        const rows = await database.query(
          `DELETE FROM outbox WHERE sequence IN
             (SELECT sequence FROM outbox WHERE published_at < $1 LIMIT ${PRUNE_AT_ONCE})
           RETURNING sequence`,
          [time],
        );
        pruned += rows.length;
        if (rows.length < PRUNE_AT_ONCE) return pruned;
      }
    },

    onEvents: (wake) => database.listen(OUTBOX_TOPIC, wake),
  };
}

/** From the first row that `first` describes; its parameters begin with the channel. */
function republishFrom(
  database: Database,
  first: string,
  parameters: readonly [channel: string, time: number],
): Promise<number> {
  return database.transaction(async (transaction) => {
    // Else an event that commits meanwhile could be published and marked before older ones of its key
    // wait again, and the key would end with one of those. On SQLite nobody else writes.
    if (database.dialect === "postgres") {
      await transaction.query("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE");
    }
    // Rows that still wait get a new round too: one that is being sent now is sent once more,
    // behind the older ones, so that its key does not end with an old event.
    const rows = await transaction.query(
      `UPDATE outbox SET published_at = NULL, round = round + 1
       WHERE channel = $1 AND quarantined_at IS NULL AND sequence >=
         (SELECT MIN(sequence) FROM outbox WHERE ${first})
       RETURNING sequence`,
      parameters,
    );
    await transaction.notify(OUTBOX_TOPIC);
    return rows.length;
  });
}

/** The row's partition, counted as the lease counts ($3), belongs to the lease's owner ($4). */
const STILL_OURS = `EXISTS (
  SELECT 1 FROM outbox_lease
  WHERE outbox_lease.channel = outbox.channel
    AND outbox_lease.partition_number = outbox.key_hash % $3 AND outbox_lease.owner = $4)`;

function placeholders(values: readonly unknown[], first: number): string {
  return values.map((_, index) => `$${first + index}`).join(", ");
}

/** Repeats the last value up to a power of two, so that few statements of different lengths are prepared. */
function padded(values: readonly number[]): number[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return Array.from({ length }, (_, index) => values[index] ?? values.at(-1) ?? 0);
}

function toOutboxRow(row: Row): OutboxRow {
  return {
    id: row.event_id,
    sequence: row.sequence,
    round: row.round,
    channel: row.channel,
    key: row.event_key,
    payload: parsePayload(row.payload),
    time: row.event_time,
    traceparent: row.traceparent ?? undefined,
  };
}

/** Text that is not JSON stays text: the channel's schema refuses it, and the row is set aside. */
function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
