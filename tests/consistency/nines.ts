/**
 * Consistency as a number of nines.
 *
 * @module
 */

import type { AgeCounts } from "./observer.ts";

/** 99.99 % is four nines. Without any inconsistency it is what so many looks can show at least. */
export function ninesOf(
  { checks, inconsistent }: Pick<AgeCounts, "checks" | "inconsistent">,
): number {
  if (checks === 0) return 0;
  return Math.log10(checks / Math.max(1, inconsistent));
}

/** For a person: `≥ 4.3` where nothing was inconsistent. */
export function describeNines(counts: Pick<AgeCounts, "checks" | "inconsistent">): string {
  const nines = ninesOf(counts).toFixed(2);
  return counts.inconsistent === 0 ? `≥ ${nines}` : nines;
}
