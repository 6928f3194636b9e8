/**
 * A retry budget: retries in proportion to requests, so that they never multiply an outage.
 *
 * @module
 */

/** Counts requests and grants retries. */
export interface RetryBudget {
  /** A request was made: a fraction of a retry is earned. */
  earn(): void;
  /** True when a retry may be made; it is spent then. */
  spend(): boolean;
}

/** Starts with `reserve` retries, and never saves up more than that. */
export function createRetryBudget(
  { ratio, reserve }: { readonly ratio: number; readonly reserve: number },
): RetryBudget {
  let left = reserve;
  return {
    earn: () => void (left = Math.min(reserve, left + ratio)),
    spend() {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
