/**
 * How long things of the organization cache take and last.
 *
 * @module
 */

/** All in ms. */
export interface CacheTimes {
  readonly ttlMs: number;
  /** For ids that do not exist or were deleted. */
  readonly negativeTtlMs: number;
  /** How long a fence is kept; at least as long as the broker keeps events. */
  readonly keepMs: number;
  /** Longer than a load from the origin. */
  readonly leaseMs: number;
  /** How long a reader waits for the holder of the lease before it asks the origin itself. */
  readonly waitMs: number;
  /** How long after its fence was raised an old value still answers for a dead origin. */
  readonly maxStaleMs: number;
  /** How old the proof may be that a hit is current, before the origin is asked; 0: none is needed. */
  readonly proofMs: number;
}
