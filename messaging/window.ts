/**
 * What was accepted and is not settled: only its contiguous prefix ever is.
 *
 * A heartbeat has a place in it and takes no work, so the prefix reaches it exactly when everything
 * before it is done.
 *
 * @module
 */

import type { Delivery } from "./message.ts";
import type { Watermark } from "./watermark.ts";

/** What has a place. */
export interface Placed {
  readonly delivery: Delivery;
  /** Nothing more to do for it. */
  readonly ended: boolean;
  /** What a heartbeat says; undefined for a message, and where nobody wants to know. */
  readonly mark: Watermark | undefined;
}

/** How far the prefix came. */
export interface Prefix {
  readonly offset: string;
  /** Of the last heartbeat in it. */
  readonly mark: Watermark | undefined;
}

/** Of one assignment, in order of offsets. */
export class Window {
  #places: Placed[] = [];
  #settled = 0;
  #endsWithHeartbeat = false;

  /** Accepted and not yet settled. */
  get size(): number {
    return this.#places.length - this.#settled;
  }

  /** The first that is not settled. */
  get oldest(): Delivery | undefined {
    return this.#places[this.#settled]?.delivery;
  }

  add(placed: Placed): void {
    this.#places.push(placed);
    this.#endsWithHeartbeat = false;
  }

  /** Of heartbeats in a row the last takes the place of all: they are not to fill the window. */
  addHeartbeat(delivery: Delivery, mark: Watermark | undefined): void {
    const last = this.size > 0 && this.#endsWithHeartbeat ? this.#places.pop() : undefined;
    this.#places.push({ delivery, ended: true, mark: mark ?? last?.mark });
    this.#endsWithHeartbeat = true;
  }

  /** Takes out what became contiguous; undefined when nothing did. */
  settle(): Prefix | undefined {
    let last: Placed | undefined;
    let mark: Watermark | undefined;
    for (let next; (next = this.#places[this.#settled])?.ended; this.#settled += 1) {
      last = next;
      mark = next.mark ?? mark;
    }
    if (last === undefined) return undefined;
    // Cutting now and then keeps the cost of a message constant.
    if (this.#settled >= 512 || this.#settled === this.#places.length) {
      this.#places = this.#places.slice(this.#settled);
      this.#settled = 0;
    }
    return { offset: last.delivery.offset, mark };
  }
}
