/**
 * How a group's members share partitions: each computes its own share, and all shares add up.
 *
 * @module
 */

/** The size of a group. */
export interface GroupSize {
  readonly members: number;
  readonly partitionCount: number;
}

/**
 * How many partitions the member at `rank` of the sorted members shall own. The eldest come first:
 * whoever joins then moves as few partitions as possible.
 */
export function quotaOf(rank: number, { members, partitionCount }: GroupSize): number {
  const least = Math.floor(partitionCount / members);
  return rank < partitionCount % members ? least + 1 : least;
}

/** All partitions, beginning where the member's share would lie: members then seldom want the same. */
export function takingOrder(
  rank: number,
  { members, partitionCount }: GroupSize,
): readonly number[] {
  const start = Math.floor(rank * partitionCount / members);
  return Array.from({ length: partitionCount }, (_, index) => (start + index) % partitionCount);
}
