/**
 * One partition of the memory broker: an append-only log with a bound.
 *
 * @module
 */

import { type Delivery, type OutgoingMessage, toBytes } from "../../message.ts";

/** Messages by offset. What lies below every group's committed offset may be dropped when it is full. */
export class PartitionLog {
  readonly #capacity: number;
  #entries: Delivery[] = [];
  #first = 0;
  #listeners = new Set<() => void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The oldest offset that is still there. */
  get first(): number {
    return this.#first;
  }

  /** The offset the next message will get. */
  get end(): number {
    return this.#first + this.#entries.length;
  }

  /** Appends one message, or returns false when the log is full of messages somebody still needs. */
  append(message: OutgoingMessage, slowest: () => number): boolean {
    if (this.#entries.length >= this.#capacity) this.#trim(slowest());
    if (this.#entries.length >= this.#capacity) return false;
    this.#entries.push({
      key: message.key,
      headers: Object.freeze(Object.assign(Object.create(null), message.headers)),
      // The sender may reuse its buffer.
      body: toBytes(message.body).slice(),
      offset: String(this.end),
      storedAt: Date.now(),
    });
    return true;
  }

  /** Tells the readers that something was appended. */
  announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The offset of the first message stored at this time or later, else the end. */
  firstSince(time: number): number {
    const index = this.#entries.findIndex(({ storedAt }) => storedAt >= time);
    return index < 0 ? this.end : this.#first + index;
  }

  /** Up to `limit` messages from `offset` on. */
  read(offset: number, limit: number): readonly Delivery[] {
    const start = Math.max(0, offset - this.#first);
    return this.#entries.slice(start, start + limit);
  }

  /** Calls back after each append until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #trim(slowest: number): void {
    const half = this.end - Math.floor(this.#capacity / 2);
    const floor = Math.min(slowest, half);
    if (floor <= this.#first) return;
    this.#entries = this.#entries.slice(floor - this.#first);
    this.#first = floor;
  }
}
