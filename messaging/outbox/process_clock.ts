/**
 * The clock leases are measured by inside this process.
 *
 * @module
 */

/** Milliseconds since the epoch as they looked at the start of the process: never set back, never ahead of real time passed. */
export function processNow(): number {
  return performance.timeOrigin + performance.now();
}
