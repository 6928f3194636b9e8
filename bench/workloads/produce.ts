/**
 * Produce: 64 concurrent senders, each waiting for its own event before it sends the next.
 *
 * @module
 */

import type { Contender } from "../contender.ts";
import { perMessage, startMeter, type Throughput } from "../cpu.ts";
import { eventOf, type Mode } from "../events.ts";

/** How many callers send at once. */
export const SENDERS = 64;

/** What is sent. */
export interface ProduceOptions {
  readonly destination: string;
  readonly messages: number;
  readonly size: number;
  readonly mode: Mode;
}

/** Connecting not counted. */
export async function measureProduce(
  contender: Contender,
  { destination, messages, size, mode }: ProduceOptions,
): Promise<Throughput> {
  await using producer = await contender.openProducer(destination, mode);
  await producer.send(eventOf(0, size));
  let next = 0;
  const sender = async () => {
    while (next < messages) await producer.send(eventOf(next++, size));
  };
  const stop = startMeter();
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return perMessage(messages, stop());
}
