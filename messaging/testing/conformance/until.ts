/**
 * Waiting for a condition instead of for time.
 *
 * @module
 */

const POLL_MS = 5;

/** Resolves when the condition holds; rejects after the deadline and says what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  options: { deadlineMs?: number; state?: () => unknown } = {},
): Promise<void> {
  const deadlineMs = options.deadlineMs ?? 30_000;
  const end = Date.now() + deadlineMs;
  while (!await condition()) {
    if (Date.now() > end) {
      const state = options.state === undefined ? "" : `; now ${JSON.stringify(options.state())}`;
      throw new Error(`Cannot see that ${what}: waited ${deadlineMs} ms${state}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Waits a moment so that something forbidden would have had the time to happen. */
export function aMoment(ms = 150): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
