/**
 * Events stored with the change that caused them, and the relay that publishes them.
 *
 * @module
 */

export type { OutboxBacklog, OutboxEvent, OutboxRow, OutboxStore, RelayLease } from "./outbox.ts";
export { partitionHash } from "../partition.ts";
