/**
 * How long things take, in one place since they depend on each other.
 *
 * @module
 */

/**
 * A member that was silent for so long is out of its group. When one dies, the others go on with
 * what it had a moment later, which has to be within ten seconds.
 */
export const SESSION_TIMEOUT_MS = 7000;

/** Ownership counts as lost a little earlier, so that two members never both believe in it. */
export const PROOF_MS = SESSION_TIMEOUT_MS - 1000;

/** How long a generation waits for members to join again; they do not drain first, so it is short. */
export const REBALANCE_TIMEOUT_MS = 4000;

/** Also how soon a member notices that others come or go. */
export const HEARTBEAT_MS = 500;

/** The same for a while after a join: partitions that are handed over in another one wait for it. */
export const UNSETTLED_HEARTBEAT_MS = 100;

/** How long that while is: longer than handing over takes where nothing is slow. */
export const UNSETTLED_MS = 3000;

/** How long a broker keeps a fetch without news. A partition that gets room waits that long at worst. */
export const FETCH_WAIT_MS = 500;

/** The same while a partition has just run out of room and will soon have some again. */
export const BUSY_FETCH_WAIT_MS = 10;

/** Settled work is committed after this time, or sooner when there is much of it. */
export const COMMIT_AFTER_MS = 200;

/** How much settled work is committed at once. */
export const COMMIT_AFTER_COUNT = 1000;
