/**
 * Publishes one batch of the outbox: sends, then marks; sets aside what can never be sent.
 *
 * @module
 */

import { InvalidMessageError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Outgoing, Source } from "../source.ts";
import type { HeldLease } from "./lease_keeper.ts";
import type { OutboxRow, OutboxStore } from "./outbox.ts";

/** What became of a row. */
export type RelayEvent =
  | { readonly kind: "published"; readonly rows: readonly OutboxRow[] }
  | { readonly kind: "quarantined"; readonly row: OutboxRow; readonly reason: string };

/** What publishing needs. */
export interface PublishDeps<T> {
  readonly store: OutboxStore;
  readonly source: Source<T>;
  readonly logger: Logger;
  readonly observe: (event: RelayEvent) => void;
}

/**
 * Sends the rows in order, then marks them. When the process ends in between, they are sent again.
 * A batch with an unfit row is halved until that row stands alone.
 */
export async function publish<T>(
  deps: PublishDeps<T>,
  held: HeldLease,
  { rows }: { rows: readonly OutboxRow[] },
): Promise<void> {
  const { store, source, observe } = deps;
  try {
    await source.sendBatch(rows.map((row) => toOutgoing<T>(row)), { signal: held.signal });
  } catch (error) {
    if (!(error instanceof InvalidMessageError)) throw error;
    return await setAside(deps, held, { rows, error });
  }
  await store.markPublished(rows, held.lease, Date.now());
  observe({ kind: "published", rows });
}

async function setAside<T>(
  deps: PublishDeps<T>,
  held: HeldLease,
  { rows, error }: { rows: readonly OutboxRow[]; error: Error },
): Promise<void> {
  const [row] = rows;
  if (row !== undefined && rows.length === 1) {
    await deps.store.quarantine(row, held.lease, error.message);
    deps.logger.error("Outbox row was set aside: it can never be published", {
      eventId: row.id,
      channel: row.channel,
      sequence: row.sequence,
      error,
    });
    return deps.observe({ kind: "quarantined", row, reason: error.message });
  }
  const half = Math.ceil(rows.length / 2);
  await publish(deps, held, { rows: rows.slice(0, half) });
  await publish(deps, held, { rows: rows.slice(half) });
}

/** The source checks the payload against the channel's schema before anything is sent. */
function toOutgoing<T>(row: OutboxRow): Outgoing<T> {
  const { id, time, traceparent } = row;
  return {
    payload: row.payload as T,
    id,
    time,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
