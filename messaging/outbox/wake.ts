/**
 * A flag one loop waits for: what happens between looking and waiting is not missed.
 *
 * @module
 */

/** Set from anywhere, waited for by one loop. */
export interface Wake {
  set(): void;
  /** Forgets what was set so far. Call it before looking for work. */
  clear(): void;
  /** Resolves at once if set, else when it is set or the time is over. */
  wait(timeoutMs: number): Promise<void>;
}

/** Builds a flag that is not set. */
export function createWake(): Wake {
  let isSet = false;
  let stopWaiting: (() => void) | undefined;
  return {
    set() {
      isSet = true;
      stopWaiting?.();
    },
    clear() {
      isSet = false;
    },
    async wait(timeoutMs) {
      if (isSet) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      stopWaiting = resolve;
      await promise;
      stopWaiting = undefined;
      clearTimeout(timer);
    },
  };
}
