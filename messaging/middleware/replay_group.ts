/**
 * A replayed dead letter is for the group that gave it up: every other group settles it unhandled.
 *
 * @module
 */

import type { Headers } from "../message.ts";

/** The header that names the group a message is replayed for. */
export const REPLAY_GROUP = "x-replay-group";

/** The header that says where a replayed message stood first: what identifies a plain one. */
export const REPLAY_OF = "x-replay-of";

/** How a group is called in names and headers; anonymous ones share a name. */
export function groupName(group: string | undefined): string {
  return group ?? "anonymous";
}

/** True when the message was replayed, and not for this group. */
export function isForAnotherGroup(headers: Headers, group: string | undefined): boolean {
  const wanted = headers[REPLAY_GROUP];
  return wanted !== undefined && wanted !== groupName(group);
}
