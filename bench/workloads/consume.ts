/**
 * Consume: a backlog read by a new group, parsed and acknowledged.
 *
 * @module
 */

import type { Contender } from "../contender.ts";

/** What is read. */
export interface ConsumeOptions {
  readonly destination: string;
  /** How many messages the destination holds. */
  readonly messages: number;
}

/** Returns messages a second from the first to the last, joining not counted. */
export async function measureConsume(
  contender: Contender,
  { destination, messages }: ConsumeOptions,
): Promise<number> {
  const { promise: all, resolve } = Promise.withResolvers<number>();
  let seen = 0;
  let begun = 0;
  await using _consumer = await contender.openConsumer(destination, () => {
    if (seen === 0) begun = performance.now();
    seen += 1;
    if (seen === messages) resolve(performance.now() - begun);
  });
  return messages / await all * 1000;
}
