/**
 * Divides a destination's partitions among a group's members without taking any away while in use.
 *
 * Every member says what it holds. One that holds more than its share is told to give some up, but
 * those go to nobody in this generation: the member drains and commits them first, says so by
 * joining again, and only then are they handed on. All other partitions go on working meanwhile.
 *
 * While a member seeks, nobody keeps anything; when all is free, the seeker gets it, to commit.
 *
 * @module
 */

import type { GroupMember } from "./client.ts";

/** Who gets what in this generation. The same members and partitions give the same plan. */
export function planGroup(
  members: readonly GroupMember[],
  partitions: readonly number[],
): Map<string, readonly number[]> {
  const seekers = members.filter(({ seeks }) => seeks).map(({ memberId }) => memberId).sort();
  if (seekers.length > 0) {
    const isFree = members.every(({ owned }) => owned.length === 0);
    return new Map(
      members.map(({ memberId }) =>
        [memberId, isFree && memberId === seekers[0] ? partitions : []] as const
      ),
    );
  }
  const held = dedupe(members, new Set(partitions));
  const share = Math.floor(partitions.length / members.length);
  let larger = partitions.length % members.length;
  const plan = held.map(({ memberId, owned }) => {
    const isLarger = larger > 0;
    if (isLarger) larger -= 1;
    const size = share + (isLarger ? 1 : 0);
    return { memberId, size, kept: owned.slice(0, size) };
  });

  const claimed = new Set(held.flatMap(({ owned }) => owned));
  const free = partitions.filter((partition) => !claimed.has(partition)).sort(ascending);
  for (const partition of free) {
    const [neediest] = plan.toSorted((left, right) => room(right) - room(left));
    neediest?.kept.push(partition);
  }
  return new Map(plan.map(({ memberId, kept }) => [memberId, kept.sort(ascending)]));
}

/** The largest holders first, since they keep the larger shares; a partition counts once. */
function dedupe(members: readonly GroupMember[], known: ReadonlySet<number>) {
  const seen = new Set<number>();
  return members
    .toSorted((left, right) =>
      right.owned.length - left.owned.length || (left.memberId < right.memberId ? -1 : 1)
    )
    .map(({ memberId, owned }) => ({
      memberId,
      owned: owned.toSorted(ascending).filter((partition) =>
        known.has(partition) && !seen.has(partition) && seen.add(partition)
      ),
    }));
}

function room({ size, kept }: { size: number; kept: readonly number[] }): number {
  return size - kept.length;
}

function ascending(left: number, right: number): number {
  return left - right;
}
