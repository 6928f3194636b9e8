/**
 * What occurs in schedules, and what must not be missing.
 *
 * @module
 */

/** As bits of `Scene.seen`. */
export const Seen = {
  "HIT": 1 << 0,
  "WAIT": 1 << 1,
  "LEASE": 1 << 2,
  "STALE": 1 << 3,
  "LOST_LEASE": 1 << 4,
  "OLD": 1 << 5,
  "revalidation": 1 << 6,
  "epoch change": 1 << 7,
  "FLUSHALL": 1 << 8,
  "reader crash": 1 << 9,
  "sink crash": 1 << 10,
  "reordered event": 1 << 11,
  "lost events": 1 << 12,
  "unreachable cache": 1 << 13,
  "unreachable origin": 1 << 14,
  "lagging origin": 1 << 15,
  "stalled relay": 1 << 16,
  "disconnected sink": 1 << 17,
  "least version": 1 << 18,
  "deletion": 1 << 19,
  "stale answer": 1 << 20,
} as const;

/** One of them. */
export type SeenName = keyof typeof Seen;

/** Each of these occurs in at least so many of the schedules, or they show too little. */
export const WANTED: readonly SeenName[] = [
  "HIT",
  "WAIT",
  "LEASE",
  "STALE",
  "LOST_LEASE",
  "OLD",
  "revalidation",
  "epoch change",
];

/** As a share of the schedules. */
export const WANTED_SHARE = 0.01;
