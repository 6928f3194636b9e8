/**
 * A binding's lag in two numbers, within a deadline.
 *
 * @module
 */

import type { ConsumerBinding } from "./binder.ts";

const DEADLINE_MS = 2000;

/** Over all partitions; null is unknown. */
export interface BindingLag {
  readonly lag: number | null;
  /** The age of the oldest waiting message. */
  readonly lagSeconds: number | null;
}

const unknown: BindingLag = { lag: null, lagSeconds: null };

/** Asks the broker. One that does not answer is no reason to show nothing of a binding. */
export async function findBindingLag(binding: ConsumerBinding | undefined): Promise<BindingLag> {
  if (binding === undefined) return unknown;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), DEADLINE_MS);
  });
  const lag = await Promise.race([binding.lag().catch(() => undefined), late]);
  clearTimeout(timer);
  if (lag === undefined) return unknown;
  const oldest = Math.min(...lag.map(({ oldestStoredAt }) => oldestStoredAt ?? Infinity));
  const messages = lag.reduce((sum, partition) => sum + partition.messages, 0);
  const known = messages === 0 ? 0 : null;
  const lagSeconds = Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) / 1000 : known;
  return { lag: messages, lagSeconds };
}
