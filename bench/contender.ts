/**
 * Whoever is measured: this project's messaging, or a raw client that does the same work by hand.
 *
 * @module
 */

import type { BenchEvent, Mode } from "./events.ts";

/** Sends events; many callers at once. */
export interface BenchProducer extends AsyncDisposable {
  /** Resolves when the broker has the event. */
  send(event: BenchEvent): Promise<void>;
}

/** What a consumer does with each event, once it is parsed. */
export type OnEvent = (event: BenchEvent) => void;

/** One way to talk to one broker. Destinations exist already, with the same partitions for all. */
export interface Contender {
  readonly name: string;
  openProducer(destination: string, mode: Mode): Promise<BenchProducer>;
  /** Joins a new group at the earliest event; acknowledges what was handled. */
  openConsumer(destination: string, onEvent: OnEvent): Promise<AsyncDisposable>;
}
