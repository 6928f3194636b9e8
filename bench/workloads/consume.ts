/**
 * Consume: a backlog read by a new group, parsed and acknowledged.
 *
 * @module
 */

import type { Contender } from "../contender.ts";
import { type Cost, perMessage, startMeter, type Throughput } from "../cpu.ts";

/** What is read. */
export interface ConsumeOptions {
  readonly destination: string;
  /** How many messages the destination holds. */
  readonly messages: number;
}

/** From the first message to the last, joining not counted. */
export async function measureConsume(
  contender: Contender,
  { destination, messages }: ConsumeOptions,
): Promise<Throughput> {
  const { promise: all, resolve } = Promise.withResolvers<Cost>();
  let seen = 0;
  let stop: () => Cost = startMeter();
  await using _consumer = await contender.openConsumer(destination, () => {
    if (seen === 0) stop = startMeter();
    seen += 1;
    if (seen === messages) resolve(stop());
  });
  return perMessage(messages, await all);
}
