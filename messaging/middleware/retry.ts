/**
 * Decides what a failed try means: again after a while, or no more.
 *
 * @module
 */

import { isFatal, PauseAndRetryError } from "../errors.ts";

/** Spring's names: `maxAttempts` counts the first try. */
export interface RetryOptions {
  /** Tries of a message, the first included; at least 1. */
  readonly maxAttempts: number;
  /** The wait before the second try, in ms. */
  readonly initialIntervalMs: number;
  /** By how much each wait is longer than the one before; at least 1. */
  readonly multiplier: number;
  /** No wait is longer, in ms. */
  readonly maxIntervalMs: number;
}

/** What to do with a message whose handler failed. */
export type RetryDecision =
  | { readonly kind: "retry"; readonly afterMs: number }
  /** As `retry`, but the try does not count. */
  | { readonly kind: "pause"; readonly afterMs: number }
  | { readonly kind: "give-up" };

/** How often a message was tried so far. */
export interface Tries {
  /** Tries that counted, at least 1. */
  readonly attempt: number;
  /** Tries that ended in a pause. */
  readonly pauses: number;
}

/** So soon is it noticed that a dependency is back, however long retries may wait. */
const LONGEST_PAUSE_MS = 1000;

/** Decides by the error and the tries so far. An error that says it is not retriable ends the tries. */
export function decideRetry(error: unknown, tries: Tries, options: RetryOptions): RetryDecision {
  if (error instanceof PauseAndRetryError) {
    const maxIntervalMs = Math.min(options.maxIntervalMs, LONGEST_PAUSE_MS);
    return { kind: "pause", afterMs: backOffMs(tries.pauses + 1, { ...options, maxIntervalMs }) };
  }
  if (isFatal(error) || tries.attempt >= options.maxAttempts) return { kind: "give-up" };
  return { kind: "retry", afterMs: backOffMs(tries.attempt, options) };
}

/** The wait after the n-th failure: grows up to the limit, and varies so that retries do not march in step. */
export function backOffMs(
  failures: number,
  options: Omit<RetryOptions, "maxAttempts">,
): number {
  const { initialIntervalMs, multiplier, maxIntervalMs } = options;
  const grown = initialIntervalMs * multiplier ** Math.min(failures - 1, 100);
  return Math.min(grown, maxIntervalMs) * (0.75 + Math.random() / 4);
}
