/**
 * Shares partitions out evenly and moves as few as possible.
 *
 * @module
 */

/** Gives every partition an owner among `members`; `current` is who has it now. */
export function balance<Member>(
  members: readonly Member[],
  current: readonly (Member | undefined)[],
): readonly (Member | undefined)[] {
  if (members.length === 0) return current.map(() => undefined);
  const least = Math.floor(current.length / members.length);
  let extra = current.length % members.length;
  const room = new Map<Member, number>(members.map((member) => [member, least]));

  const owners = current.map((owner) => {
    const left = owner === undefined ? undefined : room.get(owner);
    if (owner === undefined || left === undefined) return undefined;
    if (left === 0 && extra === 0) return undefined;
    if (left === 0) extra -= 1;
    else room.set(owner, left - 1);
    return owner;
  });

  const open = members.flatMap((member) => Array<Member>(room.get(member) ?? 0).fill(member));
  const above = members.filter((member) => owners.filter((one) => one === member).length <= least);
  const queue = [...open, ...above.slice(0, extra)];
  return owners.map((owner) => owner ?? queue.shift());
}
