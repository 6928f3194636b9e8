/**
 * The names of everything at Redis. What belongs to one partition shares one hash tag.
 *
 * @module
 */

/** The stream of a partition. */
export function streamKey(destination: string, partition: number): string {
  return `{${destination}:${partition}}`;
}

/** Who owns a partition in a group: a hash {owner, epoch, until}. */
export function leaseKey(stream: string, group: string): string {
  return `${stream}:lease:${group}`;
}

/** What is true of the whole destination: a hash {partitions}. */
export function destinationKey(destination: string): string {
  return `{${destination}}:meta`;
}

/** The living members of a group: a sorted set by the time they count as dead. */
export function membersKey(destination: string, group: string): string {
  return `{${destination}}:members:${group}`;
}

/** A stream of one entry: each new one asks the group's members to look around. */
export function nudgeKey(destination: string, group: string): string {
  return `{${destination}}:nudge:${group}`;
}
