/**
 * Places in streams. Inside the binder a place is the id of the last entry that is left out, as
 * Redis has it for a group; in the port it is the first offset to deliver.
 *
 * @module
 */

import type { Offsets, StartPosition } from "../../binder.ts";

/** The place before all entries. */
export const START = "0-0";

const MAX = 2n ** 64n - 1n;

type Id = readonly [ms: bigint, sequence: bigint];

/** The first id behind this one: what a place is called in the port. */
export function toOffset(place: string): string {
  const [ms, sequence] = parse(place);
  return sequence < MAX ? `${ms}-${sequence + 1n}` : `${ms + 1n}-0`;
}

/** The place from which the first entry to deliver stands at or behind the offset. */
export function fromOffset(offset: string): string {
  const [ms, sequence] = parse(offset);
  if (sequence > 0n) return `${ms}-${sequence - 1n}`;
  return ms > 0n ? `${ms - 1n}-${MAX}` : START;
}

/** The earlier of two places. */
export function earlier(left: string, right: string): string {
  const [[leftMs, leftSequence], [rightMs, rightSequence]] = [parse(left), parse(right)];
  const isLeft = leftMs === rightMs ? leftSequence < rightSequence : leftMs < rightMs;
  return isLeft ? left : right;
}

/**
 * Finds the places that a position means, none of them behind what is stored. `lastIds` has the last
 * id of each partition. Throws a `RangeError` on an offset or a partition that cannot exist.
 */
export function resolvePosition(
  to: StartPosition,
  lastIds: readonly string[],
): ReadonlyMap<number, string> {
  if (to === "earliest") return new Map(lastIds.map((_, partition) => [partition, START]));
  if (to === "latest") return new Map(lastIds.entries());
  if ("offsets" in to) return fromOffsets(to.offsets, lastIds);
  const time = fromOffset(`${Math.max(0, Math.ceil(to.time))}-0`);
  return new Map(lastIds.map((lastId, partition) => [partition, earlier(time, lastId)]));
}

/** As `resolvePosition`, for offsets alone. */
export function fromOffsets(
  offsets: Offsets,
  lastIds: readonly string[],
): ReadonlyMap<number, string> {
  return new Map([...offsets].map(([partition, offset]) => {
    const lastId = lastIds[partition];
    if (lastId === undefined) {
      throw new RangeError(`Cannot seek: there is no partition "${partition}"`);
    }
    return [partition, earlier(fromOffset(offset), lastId)] as const;
  }));
}

function parse(id: string): Id {
  const [, ms = "", sequence = ""] = /^(\d{1,20})-(\d{1,20})$/.exec(id) ?? [];
  if (ms === "" || BigInt(ms) > MAX || BigInt(sequence) > MAX) {
    throw new RangeError(`Cannot seek: "${id}" is not an offset`);
  }
  return [BigInt(ms), BigInt(sequence)];
}
