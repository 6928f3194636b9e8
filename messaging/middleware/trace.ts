/**
 * Carries the sender's trace context through a handler to what it sends.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";

const context = new AsyncLocalStorage<string>();

/** The trace context of the message whose handler runs now. */
export function currentTraceparent(): string | undefined {
  return context.getStore();
}

/** Runs a handler inside the trace context of its message. */
export function withTrace<Result>(traceparent: string | undefined, run: () => Result): Result {
  return traceparent === undefined ? run() : context.run(traceparent, run);
}
