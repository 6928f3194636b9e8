/**
 * What a handler gets beside its message: its signal costs nothing until the handler looks at it.
 *
 * @module
 */

import type { Assignment } from "../binder.ts";
import type { RunningHandler } from "../handler_watch.ts";
import type { Work } from "../lanes.ts";
import type { SinkContext } from "../sink.ts";

/** The context of one try. Its signal aborts when the partition is lost or the deadline passes. */
export class HandlerContext implements SinkContext, RunningHandler {
  readonly attempt: number;
  readonly token: number;
  readonly assignment: Assignment;
  readonly deadlineAt: number;
  readonly #lost: AbortSignal;
  #controller: AbortController | undefined;
  #onLost: () => void = ignore;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ attempt, assignment }: Work, deadlineMs: number) {
    this.attempt = attempt;
    this.token = assignment.token;
    this.assignment = assignment;
    this.#lost = assignment.signal;
    this.deadlineAt = Date.now() + deadlineMs;
  }

  get signal(): AbortSignal {
    if (this.#controller !== undefined) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    if (this.#lost.aborted) controller.abort(this.#lost.reason);
    this.#onLost = () => controller.abort(this.#lost.reason);
    this.#lost.addEventListener("abort", this.#onLost);
    this.#timer = setTimeout(
      () => controller.abort(new DOMException("The handler's deadline passed", "TimeoutError")),
      Math.max(0, this.deadlineAt - Date.now()),
    );
    return controller.signal;
  }

  /** The handler ended. */
  end(): void {
    if (this.#controller === undefined) return;
    clearTimeout(this.#timer);
    this.#lost.removeEventListener("abort", this.#onLost);
  }
}

function ignore(): void {}
