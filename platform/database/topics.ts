/**
 * Who listens to which topic in this process.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";

/** Listeners by topic. */
export interface Topics {
  /** `remove` is true the first time it is called. */
  add(topic: string, wake: () => void): { remove(): boolean };
  wake(topic: string): void;
  wakeAll(): void;
}

/** A listener that throws is logged; it keeps no other from being called. */
export function createTopics(logger: Logger): Topics {
  const listeners = new Map<symbol, { readonly topic: string; readonly wake: () => void }>();

  function call(wake: () => void): void {
    try {
      wake();
    } catch (error) {
      logger.error("Failed to wake a listener", { error });
    }
  }

  return {
    add(topic, wake) {
      const id = Symbol(topic);
      listeners.set(id, { topic, wake });
      return { remove: () => listeners.delete(id) };
    },
    wake(topic) {
      for (const listener of [...listeners.values()]) {
        if (listener.topic === topic) call(listener.wake);
      }
    },
    wakeAll() {
      for (const { wake } of [...listeners.values()]) call(wake);
    },
  };
}
