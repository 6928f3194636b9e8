/**
 * Finds where to begin with a partition.
 *
 * @module
 */

import type { KafkaLink } from "./client.ts";
import type { Session } from "./session.ts";

/** Where a member begins. */
export interface StartOptions {
  readonly topic: string;
  readonly group: string | undefined;
  /**
   * The ends of the partitions when the binding was bound, for those who start at the latest: a later
   * look would skip what was sent in between.
   */
  readonly ends: ReadonlyMap<number, number> | undefined;
}

/** The offsets to begin with, and those among them that the group has not committed yet. */
export interface Starts {
  readonly starts: ReadonlyMap<number, number>;
  readonly chosen: ReadonlyMap<number, number>;
}

/** Behind what the group committed, else at the pinned end, else at the earliest message. */
export async function findStarts(
  partitions: readonly number[],
  { topic, group, ends, session }: StartOptions & { readonly session: Session },
): Promise<Starts> {
  const committed = group === undefined
    ? new Map<number, number>()
    : await session.group.findCommitted(group, topic, partitions);
  const missing = partitions.filter((partition) => !committed.has(partition));
  const earliest = missing.some((partition) => !ends?.has(partition))
    ? await session.data.listOffsets(topic, "earliest")
    : new Map<number, number>();
  const chosen = new Map(
    missing.map((partition) =>
      [partition, ends?.get(partition) ?? earliest.get(partition) ?? 0] as const
    ),
  );
  return { starts: new Map([...committed, ...chosen]), chosen };
}

/** Gives a group its place at the earliest message, unless it has one. */
export async function reserveGroup(link: KafkaLink, topic: string, group: string): Promise<void> {
  const earliest = await link.listOffsets(topic, "earliest");
  const committed = await link.findCommitted(group, topic, [...earliest.keys()]);
  const missing = new Map([...earliest].filter(([partition]) => !committed.has(partition)));
  if (missing.size === 0) return;
  await link.commit({ group, memberId: "", generation: -1 }, topic, missing);
}
