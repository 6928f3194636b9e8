/**
 * Consumes a destination: as a member of a group, or alone.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions, Receive } from "../../binder.ts";
import type { Logger } from "../../logger.ts";
import { untilAborted } from "../until_aborted.ts";
import type { RedisConfig } from "./config.ts";
import { createGroup, lastIds } from "./destination.ts";
import { nudgeKey } from "./keys.ts";
import { readGroupLag } from "./lag.ts";
import { Member } from "./member.ts";
import type { Nodes } from "./nodes.ts";
import { createReaders } from "./readers.ts";
import { seekGroup, toSeekError } from "./seek.ts";
import { resolvePosition } from "./stream_position.ts";
import { startTrimming } from "./trimming.ts";

/** What a consumer is made of. */
export interface ConsumerDeps {
  readonly destination: string;
  /** As it is recorded at Redis. */
  readonly partitionCount: number;
  readonly config: RedisConfig;
  readonly logger: Logger;
  /** Names the member; unique among all bindings of all processes. */
  readonly member: string;
  readonly isCluster: boolean;
  readonly control: Nodes;
  /** Connections for one reader. */
  readonly openNodes: () => Nodes;
  readonly receive: Receive;
}

/** Joins a group. Resolves when the group stands on every partition. */
export async function joinGroup(
  deps: ConsumerDeps,
  { group, startOffset }: { group: string; startOffset: ConsumerOptions["startOffset"] },
): Promise<ConsumerBinding> {
  const { destination, partitionCount, config, logger, control } = deps;
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let lastContactAt = Date.now();
  const onContact = () => void (lastContactAt = Date.now());
  let left: Promise<void> | undefined;

  await createGroup(control, group, { destination, partitionCount, startOffset });
  const readers = createReaders({
    ...deps,
    holdings: () => member.holdings,
    nudgeKey: nudgeKey(destination, group),
    onNudge: () => member.lookAround(),
    onContact,
    onHopeless: fail,
  });
  const member = new Member({
    ...deps,
    group,
    onChange: (holding) => readers.wake(holding),
    onContact,
    onFailure: fail,
  });
  const now = await member.join().catch(async (error) => {
    await member.leave();
    throw error;
  });
  readers.start(`${now - 1}-0`);
  const stopTrimming = startTrimming({
    config,
    control,
    logger,
    holdings: () => member.holdings,
  });

  async function leave(): Promise<void> {
    stopTrimming();
    await member.leave();
    await readers.stop();
  }

  return {
    failed,
    lastContactAt: () => lastContactAt,
    partitions: () => member.holdings.map(({ partition }) => partition),
    positions: () => member.positions,
    async seek(to, signal) {
      const nudge = () => member.nudge();
      try {
        const ends = await untilAborted(lastIds(control, deps), signal);
        const places = resolvePosition(to, ends);
        const seeking = seekGroup({ destination, group, control, places, nudge, signal });
        await untilAborted(seeking, signal);
      } catch (error) {
        throw toSeekError(error, { destination, signal });
      }
    },
    lag: () => readGroupLag(control, group, { destination, partitionCount }),
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}
