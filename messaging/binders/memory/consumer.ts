/**
 * Joins a group of the memory broker.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions, Receive } from "../../binder.ts";
import type { MemoryBroker, MemoryDestination } from "./broker.ts";
import type { Member } from "./group.ts";

/** What a consumer joins with. */
export interface MemoryConsumerOptions extends ConsumerOptions {
  readonly clientId: string;
  readonly receive: Receive;
}

/** Joins the group; the returned binding leaves it. */
export function joinGroup(
  broker: MemoryBroker,
  destination: MemoryDestination,
  options: MemoryConsumerOptions,
): ConsumerBinding {
  const group = broker.group(destination, options);
  const { promise: failed, resolve: expelled } = Promise.withResolvers<Error>();
  const member: Member = { receive: options.receive, clientId: options.clientId, expelled };
  let left: Promise<void> | undefined;
  let lastContactAt = Date.now();
  group.join(member);

  async function leave(): Promise<void> {
    await group.leave(member);
    if (options.group === undefined) destination.groups.delete(group);
  }

  return {
    failed,
    lastContactAt() {
      try {
        broker.reach();
        lastContactAt = Date.now();
      } catch {
        // A stopped broker answers nobody: the time of the last contact stands.
      }
      return lastContactAt;
    },
    partitions: () => group.partitionsOf(member),
    lag() {
      broker.reach();
      return Promise.resolve(group.lag());
    },
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}
