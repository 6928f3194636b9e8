/**
 * Order statistics for a handful of measurements.
 *
 * @module
 */

/** The value below which the share `p` (0 to 1) of the samples lies: nearest rank. Throws on no samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("Cannot take a percentile: no samples");
  return value;
}
