/**
 * Keeps work to so many messages a second, evenly.
 *
 * @module
 */

const LARGEST_STEP = 100;
const STEPS_PER_SECOND = 10;

/** How many messages to take at once: few where they are to go slowly. */
export function stepOf(ratePerSecond: number): number {
  return Math.max(1, Math.min(LARGEST_STEP, Math.floor(ratePerSecond / STEPS_PER_SECOND)));
}

/** Lets steps begin no sooner than the rate allows. */
export class Pace {
  readonly #ratePerSecond: number;
  #nextAt = 0;

  constructor(ratePerSecond: number) {
    this.#ratePerSecond = ratePerSecond;
  }

  /** Resolves when `count` messages may go; true if the signal aborted before that. */
  async wait(count: number, signal: AbortSignal | undefined): Promise<boolean> {
    const now = performance.now();
    const startAt = Math.max(now, this.#nextAt);
    this.#nextAt = startAt + (count / this.#ratePerSecond) * 1000;
    if (startAt > now && !signal?.aborted) await delay(startAt - now, signal);
    return signal?.aborted === true;
  }
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
