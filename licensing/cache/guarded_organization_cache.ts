/**
 * A circuit breaker around a cache's readers, so that a dead Redis costs them nothing.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from "cockatiel";
import { CacheFullError, type OrganizationCache } from "../organization_cache.ts";

/** When the breaker opens and tries again. */
export interface GuardOptions {
  readonly logger: Logger;
  /** Failures in a row until readers stop to ask; 3 if absent. */
  readonly failures?: number;
  /** How long they do not ask; 1000 if absent. */
  readonly pauseMs?: number;
}

/**
 * Lets reads and fills fail at once while the cache is out of reach. Invalidations always try: their
 * sink waits for the cache and must notice its return first.
 */
export function guardedOrganizationCache(
  cache: OrganizationCache,
  { logger, failures = 3, pauseMs = 1000 }: GuardOptions,
): OrganizationCache {
  // A full cache has its hits still.
  const isOutOfReach = handleWhen((error) => !(error instanceof CacheFullError));
  const breaker = circuitBreaker(isOutOfReach, {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: pauseMs,
  });
  breaker.onBreak(() => logger.warn("Stopped reading the cache, which did not answer"));
  breaker.onReset(() => logger.info("Read the cache again"));

  // While one reader tries again, the breaker would let all others wait for the outcome.
  // deno-lint-ignore require-await -- what is refused must arrive as a rejection
  async function ask<T>(question: () => Promise<T>): Promise<T> {
    if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return breaker.execute(question);
  }

  return {
    read: (id, options) => ask(() => cache.read(id, options)),
    fill: (id, fill) => ask(() => cache.fill(id, fill)),
    release: (id, token) => ask(() => cache.release(id, token)),
    invalidate: (id, invalidation) => cache.invalidate(id, invalidation),
    inspect: (id) => cache.inspect(id),
    ping: () => cache.ping(),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}
