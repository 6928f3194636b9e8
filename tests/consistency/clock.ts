/**
 * The one clock of a history.
 *
 * @module
 */

/** In ms since the epoch, finer than `Date.now()`, and never set back. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits, but not after the signal. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => resolve();
  signal?.addEventListener("abort", stop, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
}
