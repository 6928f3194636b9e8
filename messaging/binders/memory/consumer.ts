/**
 * Joins a group of the memory broker.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions, Receive, StartPosition } from "../../binder.ts";
import { SeekError } from "../../errors.ts";
import { resolvePosition, toOffsets } from "../numeric_offsets.ts";
import { untilAborted } from "../until_aborted.ts";
import type { MemoryBroker, MemoryDestination } from "./broker.ts";
import type { Member } from "./group.ts";
import type { PartitionLog } from "./log.ts";

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

  async function seek(to: StartPosition, signal: AbortSignal): Promise<void> {
    const { logs, name } = destination;
    const ofEach = (read: (log: PartitionLog) => number) =>
      new Map(logs.map((log, partition) => [partition, read(log)]));
    const offsets = await resolvePosition(to, {
      earliest: ofEach((log) => log.first),
      latest: ofEach((log) => log.end),
      since: (time) => Promise.resolve(ofEach((log) => log.firstSince(time))),
    });
    await untilAborted(group.seek(offsets, signal), signal).catch((cause) => {
      throw new SeekError(name, "a handler is still running", { cause });
    });
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
    positions: () => toOffsets(group.positions()),
    async seek(to, signal) {
      try {
        broker.reach();
        signal.throwIfAborted();
      } catch (cause) {
        throw new SeekError(destination.name, "it cannot begin", { cause });
      }
      await seek(to, signal);
    },
    lag() {
      broker.reach();
      return Promise.resolve(group.lag());
    },
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}
