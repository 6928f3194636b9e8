/**
 * What a stretch of work costs this process: time on the clock and on its processors.
 *
 * @module
 */

import { cpuUsage } from "node:process";

/** The costs of many messages. */
export interface Cost {
  readonly ms: number;
  readonly cpuMicros: number;
}

/** Starts to measure; the returned function tells what it has cost since. */
export function startMeter(): () => Cost {
  const before = cpuUsage();
  const begun = performance.now();
  return () => {
    const ms = performance.now() - begun;
    const { user, system } = cpuUsage(before);
    return { ms, cpuMicros: user + system };
  };
}

/** A rate and the processor time of one message, all threads of the process together. */
export function perMessage(messages: number, { ms, cpuMicros }: Cost): Throughput {
  return { "messages/s": messages / ms * 1000, "µs CPU/message": cpuMicros / messages };
}

/** What producing and consuming are measured by. */
export type Throughput = Readonly<Record<"messages/s" | "µs CPU/message", number>>;
