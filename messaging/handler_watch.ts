/**
 * Knows which handlers run, and which ones go on although their deadline has passed.
 *
 * @module
 */

import type { Assignment, Receiver } from "./binder.ts";

/** A handler at work. */
export interface RunningHandler {
  readonly assignment: Assignment;
  /** When its signal aborts, in ms since the epoch. */
  readonly deadlineAt: number;
}

/** Of one binding, whose handlers all have the same time. */
export class HandlerWatch {
  readonly #graceMs: number;
  // In order of their deadlines, since all have the same time.
  readonly #running = new Set<RunningHandler>();
  readonly #abandoned = new Set<RunningHandler>();

  /** `graceMs` is how long a handler may go on after its signal has aborted. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** A handler starts. */
  enter(handler: RunningHandler): void {
    this.#running.add(handler);
  }

  /** A handler ended, however late. */
  leave(handler: RunningHandler): void {
    if (!this.#running.delete(handler)) this.#abandoned.delete(handler);
  }

  /** True when a handler has ignored its deadline and nothing was done about it yet. */
  get isStuck(): boolean {
    const [oldest] = this.#running;
    return oldest !== undefined && this.#isOverdue(oldest);
  }

  /** Handlers that go on though nobody waits for them any more. */
  get abandoned(): number {
    return this.#abandoned.size;
  }

  /** Gives up those that have ignored their deadline. */
  abandon(): void {
    for (const handler of this.#running) {
      if (!this.#isOverdue(handler)) return;
      this.#running.delete(handler);
      this.#abandoned.add(handler);
    }
  }

  /** A receiver whose drain does not wait for handlers that ignore their deadline. */
  bound(receiver: Receiver, assignment: Assignment): Receiver {
    return {
      deliver: (batch) => receiver.deliver(batch),
      drain: () => this.#untilPatienceEnds(receiver.drain(), assignment),
    };
  }

  async #untilPatienceEnds(drained: Promise<void>, assignment: Assignment): Promise<void> {
    const deadlines = [...this.#abandoned, ...this.#running]
      .filter((handler) => handler.assignment === assignment)
      .map(({ deadlineAt }) => deadlineAt);
    if (deadlines.length === 0) return drained;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      const patienceMs = Math.max(...deadlines) + this.#graceMs - Date.now();
      timer = setTimeout(resolve, Math.max(0, patienceMs));
    });
    await Promise.race([drained, late]).finally(() => clearTimeout(timer));
  }

  #isOverdue({ deadlineAt }: RunningHandler): boolean {
    return Date.now() > deadlineAt + this.#graceMs;
  }
}
