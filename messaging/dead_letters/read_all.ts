/**
 * Reads a destination from its first message to its present end, with the binder's port alone.
 *
 * @module
 */

import type { Assignment, Binder, Receive } from "../binder.ts";
import { BrokerUnavailableError } from "../errors.ts";
import type { Delivery } from "../message.ts";

const LOOK_AGAIN_MS = 20;
const SILENCE_MS = 15_000;

interface Batch {
  readonly deliveries: readonly Delivery[];
  readonly assignment: Assignment;
  readonly taken: () => void;
}

/**
 * Yields every message, at the pace of who asks for it, and ends when none waits. Creates the
 * destination where it is missing. Rejects when the signal aborts or the broker falls silent.
 */
export async function* readAll(
  binder: Binder,
  destination: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Delivery, void, void> {
  signal?.throwIfAborted();
  const inbox = new Arrivals();
  await using consumer = await binder.bindConsumer(destination, {
    group: undefined,
    startOffset: "earliest",
    partitionCount: 1,
  }, inbox.receive);
  consumer.failed.then((error) => inbox.fail(error));
  const onAbort = () => inbox.fail(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    let heardAt = Date.now();
    for (;;) {
      const batch = await inbox.next(LOOK_AGAIN_MS);
      if (batch === undefined) {
        const waiting = (await consumer.lag()).reduce((sum, { messages }) => sum + messages, 0);
        if (waiting === 0) return;
        if (Date.now() - heardAt > SILENCE_MS) throw new BrokerUnavailableError(binder.name);
        continue;
      }
      try {
        yield* batch.deliveries;
        const last = batch.deliveries.at(-1);
        if (last !== undefined) batch.assignment.settle(last.offset);
      } finally {
        batch.taken();
      }
      heardAt = Date.now();
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    inbox.close();
  }
}

/** Batches on their way from a binder that pushes to a reader that pulls. */
class Arrivals {
  readonly #batches: Batch[] = [];
  #error: { readonly reason: unknown } | undefined;
  #wake: () => void = () => {};
  #closed = false;

  readonly receive: Receive = (assignment) => ({
    deliver: (deliveries) => {
      if (this.#closed) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#batches.push({ deliveries, assignment, taken: resolve });
      this.#wake();
      return promise;
    },
    drain: () => Promise.resolve(),
  });

  /** The next batch, or undefined after a while without one. */
  async next(ms: number): Promise<Batch | undefined> {
    if (this.#batches.length === 0 && this.#error === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.#error !== undefined) throw this.#error.reason;
    return this.#batches.shift();
  }

  fail(reason: unknown): void {
    this.#error ??= { reason };
    this.#wake();
  }

  /** Lets the binder go on, since nobody reads any more. */
  close(): void {
    this.#closed = true;
    for (const { taken } of this.#batches.splice(0)) taken();
  }
}
