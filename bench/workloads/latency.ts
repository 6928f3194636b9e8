/**
 * Latency: 200 messages a second, from the call of `send` to the handler.
 *
 * @module
 */

import type { Contender } from "../contender.ts";
import { eventOf } from "../events.ts";
import { percentile } from "../percentiles.ts";

const PER_SECOND = 200;
/** Sent first and not counted: connections, compilation and caches are young then. */
const WARM_UP = 100;

/** What is sent. */
export interface LatencyOptions {
  /** Empty: its first event ends the joining. */
  readonly destination: string;
  readonly messages: number;
  readonly size: number;
}

/** Milliseconds, both of the same events. */
export type Latency = Readonly<Record<"p50 ms" | "p99 ms", number>>;

/** Sends at a steady rate and looks at the clock when each event is handled. */
export async function measureLatency(
  contender: Contender,
  { destination, messages, size }: LatencyOptions,
): Promise<Latency> {
  const samples: number[] = [];
  const joined = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  await using producer = await contender.openProducer(destination, "binary");
  await using _consumer = await contender.openConsumer(destination, ({ version, sentAt }) => {
    if (version === 0) return joined.resolve();
    if (version <= WARM_UP) return;
    samples.push(performance.timeOrigin + performance.now() - sentAt);
    if (samples.length === messages) all.resolve();
  });
  await producer.send(eventOf(0, size));
  await joined.promise;
  const begun = performance.now();
  for (let index = 1; index <= WARM_UP + messages; index++) {
    const wait = begun + index * 1000 / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    void producer.send(eventOf(index, size));
  }
  await all.promise;
  return { "p50 ms": percentile(samples, 0.5), "p99 ms": percentile(samples, 0.99) };
}
