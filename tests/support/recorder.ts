/**
 * Writes down what was sent, what was acknowledged and what handlers were given.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { checkOrder, type Numbered } from "./order_checker.ts";
import { until } from "./until.ts";

/** A delivery to a handler. */
export interface Delivered extends Numbered {
  readonly partition: number;
  /** The fencing token of its context. */
  readonly token: number;
  /** When the handler began: see `preciseNow()`. */
  readonly at: number;
}

/** What a history came to. */
export interface Kept {
  /** Deliveries of what had been delivered before. */
  readonly repeats: number;
  /** Deliveries to a member whose partition was another's already; their tokens tell. */
  readonly fenced: number;
}

/** In ms since the epoch: the same in every process of a machine, and finer than `Date.now()`. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** One test's history. */
export class Recorder {
  readonly #sent: Numbered[] = [];
  readonly #acknowledged: Numbered[] = [];
  readonly #delivered: Delivered[] = [];
  readonly #times = new Map<string, number>();
  readonly #feeds: (() => readonly Delivered[])[] = [];

  get acknowledged(): number {
    return this.#acknowledged.length;
  }

  get delivered(): number {
    return this.#delivered.length;
  }

  /** Notes a message before it is sent for the first time. */
  sending(message: Numbered): void {
    this.#sent.push(message);
  }

  acknowledge(message: Numbered): void {
    this.#acknowledged.push(message);
  }

  deliver(delivered: Delivered): void {
    this.#delivered.push(delivered);
    const name = nameOf(delivered);
    this.#times.set(name, (this.#times.get(name) ?? 0) + 1);
  }

  /** Takes the deliveries of another process, too: each call of `next` returns those since the last. */
  follow(next: () => readonly Delivered[]): void {
    this.#feeds.push(next);
  }

  /** How often a message was delivered. */
  times(message: Numbered): number {
    for (const next of this.#feeds) next().forEach((delivered) => this.deliver(delivered));
    return this.#times.get(nameOf(message)) ?? 0;
  }

  /**
   * Waits for everything that was acknowledged, and judges. A delivery with a token older than one
   * that its partition had before is not judged: its effects are to be refused.
   */
  async assertKept(timeoutMs: number): Promise<Kept> {
    await until(
      () => this.#acknowledged.every((message) => this.times(message) > 0),
      "everything that was acknowledged",
      { timeoutMs, everyMs: 50 },
    ).catch(() => {
      // What is missing is in the verdict, beside whatever else is wrong.
    });
    const delivered = withoutFenced(this.#delivered);
    const sent = this.#sent;
    const { problems, repeats } = checkOrder({ sent, acknowledged: this.#acknowledged, delivered });
    deepStrictEqual(problems.slice(0, 20), []);
    return { repeats, fenced: this.#delivered.length - delivered.length };
  }
}

function withoutFenced(delivered: readonly Delivered[]): readonly Delivered[] {
  const newest = new Map<number, number>();
  // Other processes report late what they were given earlier.
  return delivered.toSorted((one, other) => one.at - other.at).filter(({ partition, token }) => {
    const known = newest.get(partition) ?? 0;
    if (token > known) newest.set(partition, token);
    return token >= known;
  });
}

function nameOf({ key, sequence }: Numbered): string {
  return `${key}/${sequence}`;
}
