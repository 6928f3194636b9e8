/**
 * Consumes a destination: as a member of a group, or alone.
 *
 * @module
 */

import type { ConsumerBinding, ConsumerOptions, Receive } from "../../binder.ts";
import { SeekError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { RedisConfig } from "./config.ts";
import type { Connection } from "./connection.ts";
import { createGroup } from "./destination.ts";
import { nudgeKey } from "./keys.ts";
import { readGroupLag } from "./lag.ts";
import { Member } from "./member.ts";
import { Reader } from "./reader.ts";
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
  readonly control: Connection;
  /** Its own, for reading. */
  readonly connection: Connection;
  readonly receive: Receive;
}

/** Joins a group. Resolves when the group stands on every partition. */
export async function joinGroup(
  deps: ConsumerDeps,
  { group, startOffset }: { group: string; startOffset: ConsumerOptions["startOffset"] },
): Promise<ConsumerBinding> {
  const { destination, partitionCount, config, logger, control, connection } = deps;
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  let lastContactAt = Date.now();
  const onContact = () => void (lastContactAt = Date.now());
  let left: Promise<void> | undefined;

  await createGroup(await control.client(), group, { destination, partitionCount, startOffset });
  const reader = new Reader({
    connection,
    control,
    holdings: () => member.holdings,
    nudgeKey: nudgeKey(destination, group),
    onNudge: () => member.lookAround(),
    onContact,
    onHopeless: fail,
  });
  const member = new Member({
    ...deps,
    group,
    onChange: (holding) => reader.wake(holding),
    onContact,
    onFailure: fail,
  });
  const now = await member.join().catch(async (error) => {
    await member.leave();
    throw error;
  });
  reader.start(`${now - 1}-0`);
  const stopTrimming = startTrimming({
    config,
    control,
    logger,
    holdings: () => member.holdings,
  });

  async function leave(): Promise<void> {
    stopTrimming();
    await member.leave();
    await reader.stop();
  }

  return {
    failed,
    lastContactAt: () => lastContactAt,
    partitions: () => member.holdings.map(({ partition }) => partition),
    positions: () => new Map(),
    seek: () => Promise.reject(new SeekError(destination, "the redis binder cannot seek")),
    lag: async () => readGroupLag(await control.client(), group, { destination, partitionCount }),
    [Symbol.asyncDispose]: () => left ??= leave(),
  };
}
