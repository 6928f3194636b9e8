/**
 * How long things take in a schedule: a twentieth of the defaults in production.
 *
 * @module
 */

import type { CacheTimes } from "@cauce/licensing";

const MINUTE_MS = 60_000;

/** The cache's. Entries outlive every schedule, so that no expiry hides a stale one. */
export const times: CacheTimes = {
  ttlMs: 10 * MINUTE_MS,
  negativeTtlMs: 10 * MINUTE_MS,
  keepMs: 60 * MINUTE_MS,
  leaseMs: 150,
  waitMs: 25,
  maxStaleMs: 10 * MINUTE_MS,
  proofMs: 100,
};

/** When a schedule begins. */
export const BEGIN_MS = 1000;
/** How long the origin may take to answer; shorter than a lease. */
export const ORIGIN_TIMEOUT_MS = 100;
/** How often a relay sends heartbeats. */
export const HEARTBEAT_MS = 25;
/** How long until a process looks at the watermark again. */
export const POLL_MS = 10;
/** How far a replica of the origin may be behind. */
export const LAG_MS = 60;
/** How long the cache may take to answer. */
export const CACHE_TIMEOUT_MS = 25;
/** After this long a sink tries again what it was paused over. */
export const PAUSE_MS = 10;
/** A relay that stands still, or a sink that is cut off: longer than an age without proof. */
export const STALL_MS = 250;

/** On the network, and over the network on a bad day: one of each is drawn. */
export const SHORT_DELAYS: readonly number[] = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 6, 9];
/** Some are longer than a lease, some longer than the age that is allowed without proof. */
export const LONG_DELAYS: readonly number[] = [
  ...[0, 0, 0, 0, 0, 1, 1, 2],
  ...[4, 8, 15, 25, 40, 70, 110, 170],
];
/** Between what an actor does and what it does next, where much happens at once and where it does not. */
export const SHORT_GAPS: readonly number[] = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 13];
/** The same where less happens at once. */
export const LONG_GAPS: readonly number[] = [
  ...[0, 1, 2, 3, 5, 7, 10, 14],
  ...[19, 25, 33, 45, 60, 85, 120, 170],
];
