/**
 * A case of the outbox: a promise as a sentence, and the code that fails when it is broken.
 *
 * @module
 */

import type { OutboxWorld } from "./world.ts";

/** Throws when the promise is broken. */
export interface OutboxCase {
  readonly title: string;
  run(world: OutboxWorld): Promise<void>;
}

/** `0, 1, …, n` from `first`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Resolves after some time: only to prove that nothing happens in it, or to play a slow broker. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
