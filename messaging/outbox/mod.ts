/**
 * Events stored with the change that caused them, and the relay that publishes them.
 *
 * @module
 */

export type {
  OutboxBacklog,
  OutboxEvent,
  OutboxRow,
  OutboxStore,
  RelayLease,
  SeenEpoch,
} from "./outbox.ts";
export type { RelayEvent } from "./publish.ts";
export { partitionHash } from "../partition.ts";
export { processNow } from "./process_clock.ts";
export { createRelay, type Relay, type RelayOptions, type RelayStatus } from "./relay.ts";
