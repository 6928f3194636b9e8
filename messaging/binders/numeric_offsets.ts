/**
 * Places in a destination whose broker counts its messages.
 *
 * @module
 */

import type { Offsets, StartPosition } from "../binder.ts";

/** Numbers for each partition. */
export type NumericOffsets = ReadonlyMap<number, number>;

/** What is stored of each partition, and where a time falls in it. */
export interface StoredRange {
  /** The first offset that is there. */
  readonly earliest: NumericOffsets;
  /** The offset that the next message will get. */
  readonly latest: NumericOffsets;
  /** The first offset stored at this time or later; a partition without one may be left out. */
  readonly since: (time: number) => Promise<NumericOffsets>;
}

/** Numbers as they travel in the port. */
export function toOffsets(numbers: NumericOffsets): Offsets {
  return new Map([...numbers].map(([partition, offset]) => [partition, String(offset)]));
}

/** Reads offsets from outside. Throws a `RangeError` on one that no partition here can have. */
export function parseOffsets(offsets: Offsets, partitions: readonly number[]): NumericOffsets {
  return new Map([...offsets].map(([partition, text]) => {
    if (!partitions.includes(partition)) {
      throw new RangeError(`Cannot seek: there is no partition "${partition}"`);
    }
    const offset = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(offset)) {
      throw new RangeError(`Cannot seek: "${text}" is not an offset`);
    }
    return [partition, offset] as const;
  }));
}

/** Finds the offsets that a position means, inside what is stored. */
export async function resolvePosition(
  to: StartPosition,
  { earliest, latest, since }: StoredRange,
): Promise<NumericOffsets> {
  if (to === "earliest") return earliest;
  if (to === "latest") return latest;
  const wanted = "time" in to
    ? new Map([...latest, ...await since(to.time)])
    : parseOffsets(to.offsets, [...latest.keys()]);
  return new Map([...wanted].map(([partition, offset]) => {
    const first = earliest.get(partition) ?? 0;
    return [partition, Math.max(first, Math.min(offset, latest.get(partition) ?? first))] as const;
  }));
}
