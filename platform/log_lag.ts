/**
 * Logs how far a service's sinks are behind. Where a broker has no metric for it, logs become one.
 *
 * @module
 */

import type { BindingStatus, Logger } from "@cauce/messaging";

/** What is looked at, and how often. */
export interface LogLagOptions {
  readonly bindings: { bindings(): Promise<readonly BindingStatus[]> };
  readonly logger: Logger;
  /** 0: never. */
  readonly intervalMs: number;
}

/** The looking. Disposing ends it. */
export interface LagLog extends AsyncDisposable {}

/**
 * Logs the lag of each sink, a line each time; nothing where a broker does not tell. The timer keeps
 * no process alive.
 */
export function logLag({ bindings, logger, intervalMs }: LogLagOptions): LagLog {
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    // A broker that does not answer is told of by health; there is no value for this time.
    const found = await bindings.bindings().catch(() => []);
    isLooking = false;
    for (const { direction, name, group, destination, lag, lagSeconds } of found) {
      if (direction !== "sink" || lag === null) continue;
      logger.info("Measured lag", { binding: name, group, destination, lag, lagSeconds });
    }
  }

  const timer = intervalMs > 0 ? setInterval(() => void look(), intervalMs) : undefined;
  if (timer !== undefined) Deno.unrefTimer(timer);
  return {
    [Symbol.asyncDispose]() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
