/**
 * Counts what waits behind a group's committed offsets, and finds out since when.
 *
 * @module
 */

import type { PartitionLag } from "../../binder.ts";
import type { Holdings } from "./holdings.ts";
import type { Session } from "./session.ts";
import type { WaitingSince } from "./waiting_since.ts";

/** Whose lag is asked for. */
export interface LagOptions {
  /** Undefined: a binding without a group, which counts behind its own place. */
  readonly group: string | undefined;
  readonly holdings: Holdings;
  readonly waitingSince: WaitingSince;
}

/** Over all partitions. */
export async function findLag(
  session: Session,
  { group, holdings, waitingSince }: LagOptions,
): Promise<readonly PartitionLag[]> {
  const { data, topic } = session;
  const ends = await data.listOffsets(topic, "latest");
  const partitions = [...ends.keys()].sort((left, right) => left - right);
  const places = group === undefined
    ? holdings.positions()
    : await data.findCommitted(group, topic, partitions);
  const earliest = partitions.every((partition) => places.has(partition))
    ? places
    : await data.listOffsets(topic, "earliest");
  const lags = partitions.map((partition) => {
    const place = places.get(partition) ?? earliest.get(partition) ?? 0;
    const messages = Math.max(0, (ends.get(partition) ?? 0) - place);
    return { partition, place, messages };
  });
  const waiting = lags.filter(({ messages }) => messages > 0);
  const since = await waitingSince.find(
    session,
    new Map(waiting.map(({ partition, place }) => [partition, place])),
  ).catch(() => {
    // The count is known all the same; a broker that is in trouble says so elsewhere.
    return new Map<number, number>();
  });
  return lags.map(({ partition, messages }) => ({
    partition,
    messages,
    oldestStoredAt: since.get(partition),
  }));
}
