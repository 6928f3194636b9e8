/**
 * What may go wrong in a schedule. Each schedule draws which of these it allows at all.
 *
 * @module
 */

/** As bits. */
export const Fault = {
  delays: 1,
  repeats: 2,
  reorders: 4,
  readerCrashes: 8,
  cacheCuts: 16,
  cacheLosses: 32,
  originTroubles: 64,
  stalls: 128,
  streamLosses: 256,
} as const;

/** One of them. */
export type Fault = typeof Fault[keyof typeof Fault];

/** All together. */
export const ALL_FAULTS = 511;
