/**
 * The name under which the database wakes relays.
 *
 * @module
 */

/** Its listeners are woken when rows wait or partitions became free. */
export const OUTBOX_TOPIC = "outbox";
