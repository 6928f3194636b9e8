/**
 * Finds where to begin with a partition.
 *
 * @module
 */

import type { StartPosition } from "../../binder.ts";
import { type NumericOffsets, resolvePosition } from "../numeric_offsets.ts";
import type { KafkaLink } from "./client.ts";
import type { Session } from "./session.ts";

/** Where a member begins. */
export interface StartOptions {
  readonly topic: string;
  readonly group: string | undefined;
  /**
   * Where to begin without a committed offset. For those who start at the latest, the ends when the
   * binding was bound: a later look would skip what was sent in between.
   */
  readonly pinned: NumericOffsets;
}

/** The offsets to begin with, and those among them that the group has not committed yet. */
export interface Starts {
  readonly starts: ReadonlyMap<number, number>;
  readonly chosen: ReadonlyMap<number, number>;
}

/** Behind what the group committed, else at the pinned place, else at the earliest message. */
export async function findStarts(
  partitions: readonly number[],
  { topic, group, pinned, session }: StartOptions & { readonly session: Session },
): Promise<Starts> {
  const committed = group === undefined
    ? new Map<number, number>()
    : await session.group.findCommitted(group, topic, partitions);
  const missing = partitions.filter((partition) => !committed.has(partition));
  const earliest = missing.some((partition) => !pinned.has(partition))
    ? await session.data.listOffsets(topic, "earliest")
    : new Map<number, number>();
  const chosen = new Map(
    missing.map((partition) =>
      [partition, pinned.get(partition) ?? earliest.get(partition) ?? 0] as const
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

/** The offsets that a position means now. */
export async function findOffsets(
  { data, topic }: Session,
  to: StartPosition,
): Promise<NumericOffsets> {
  const earliest = await data.listOffsets(topic, "earliest");
  const latest = await data.listOffsets(topic, "latest");
  return resolvePosition(to, {
    earliest,
    latest,
    since: (time) => data.listOffsets(topic, { time }),
  });
}
