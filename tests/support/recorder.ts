/**
 * Writes down what was sent, what was acknowledged and what handlers were given.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { checkOrder, type Numbered } from "./order_checker.ts";
import { until } from "./until.ts";

/** A delivery, and when its handler began, in ms since the epoch with fractions. */
export interface Delivered extends Numbered {
  readonly at: number;
}

/** Now, for `Delivered`: the same in every process of a machine, and finer than `Date.now()`. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** One test's history. */
export class Recorder {
  readonly #sent: Numbered[] = [];
  readonly #acknowledged: Numbered[] = [];
  readonly #delivered: Delivered[] = [];
  readonly #times = new Map<string, number>();

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

  deliver(message: Numbered, at: number = preciseNow()): void {
    this.#delivered.push({ ...message, at });
    this.#times.set(nameOf(message), this.times(message) + 1);
  }

  /** How often a message was delivered. */
  times(message: Numbered): number {
    return this.#times.get(nameOf(message)) ?? 0;
  }

  /** Waits for everything that was acknowledged, judges, and returns how much came again. */
  async assertKept(timeoutMs: number): Promise<number> {
    await until(
      () => this.#acknowledged.every((message) => this.times(message) > 0),
      "everything that was acknowledged",
      { timeoutMs, everyMs: 50 },
    ).catch(() => {
      // What is missing is in the verdict, beside whatever else is wrong.
    });
    const { problems, repeats } = checkOrder({
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      // Members in processes of their own report late what they were given earlier.
      delivered: this.#delivered.toSorted((one, other) => one.at - other.at),
    });
    deepStrictEqual(problems.slice(0, 20), []);
    return repeats;
  }
}

function nameOf({ key, sequence }: Numbered): string {
  return `${key}/${sequence}`;
}
