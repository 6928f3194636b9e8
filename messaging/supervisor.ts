/**
 * Keeps one binding bound: in the background, with back-off, and anew when it failed or fell silent.
 *
 * A binder mends its own connections; what is shown of that is that the binding is down after
 * `quietMs` without contact, and runs when the contact is back. Only one that stays silent for far
 * longer is bound anew.
 *
 * @module
 */

import { isFatal } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { backOffMs } from "./middleware/retry.ts";
import type { BindingState } from "./observe.ts";

/** What a supervisor can keep: a consumer binding, or a producer binding without a sign of failure. */
export interface Supervised extends AsyncDisposable {
  readonly failed?: Promise<Error>;
  lastContactAt?(): number;
}

/** What a supervisor works with. */
export interface SupervisorOptions<B extends Supervised> {
  readonly name: string;
  readonly bind: () => Promise<B>;
  readonly logger: Logger;
  readonly changed: (state: BindingState, error: unknown) => void;
  /** The binding was refused for good. */
  readonly refused: (error: Error) => void;
  /** A binding that had no contact for so long counts as down. */
  readonly quietMs?: number;
  /** A binding that had no contact for so long is bound anew. */
  readonly silenceMs?: number;
}

// Short, since it may begin just before the broker is back, and delivery resumes within 10 s.
const BACK_OFF = { initialIntervalMs: 100, multiplier: 2, maxIntervalMs: 1000 };
const QUIET_MS = 4000;
const LOOK_EACH_MS = 500;
const SILENCE_MS = 15_000;

/** A broken binding gets so long to end; its successor must not wait for a dead socket. */
const FAREWELL_MS = 3000;

/** One binding's keeper. */
export class Supervisor<B extends Supervised> {
  readonly #options: SupervisorOptions<B>;
  #binding: B | undefined;
  #state: BindingState = "stopped";
  #error: unknown;
  #stop: PromiseWithResolvers<void> | undefined;
  #loop: Promise<void> = Promise.resolve();
  #rebuild: (reason: Error) => void = () => {};
  #waiting = new Set<PromiseWithResolvers<B>>();

  constructor(options: SupervisorOptions<B>) {
    this.#options = options;
  }

  get state(): BindingState {
    return this.#state;
  }

  /** Why it is down. */
  get error(): unknown {
    return this.#error;
  }

  get binding(): B | undefined {
    return this.#binding;
  }

  /** Returns at once. Does nothing while it runs. */
  start(): void {
    if (this.#stop !== undefined) return;
    const stop = Promise.withResolvers<void>();
    this.#stop = stop;
    this.#loop = this.#loop.then(() => this.#run(stop.promise, () => this.#stop !== stop));
  }

  /** Resolves when the binding has drained and ended. Who waits for it is turned away. */
  async stop(): Promise<void> {
    this.#stop?.resolve();
    this.#stop = undefined;
    await this.#loop;
    this.#turnAway(new Error(`Cannot use binding "${this.#options.name}": it was stopped`));
  }

  /** Ends the binding as one that failed and binds anew; does nothing while it is not bound. */
  rebuild(reason: Error): void {
    this.#rebuild(reason);
  }

  /** Waits for the binding. Rejects when the signal aborts or the binding was refused for good. */
  bound(signal?: AbortSignal): Promise<B> {
    if (this.#binding !== undefined) return Promise.resolve(this.#binding);
    if (this.#state === "failed") return Promise.reject(this.#error);
    const waiting = Promise.withResolvers<B>();
    const abort = () => waiting.reject(this.#error ?? signal?.reason);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    this.#waiting.add(waiting);
    return waiting.promise.finally(() => {
      this.#waiting.delete(waiting);
      signal?.removeEventListener("abort", abort);
    });
  }

  /** Notes how the last operation went, where the binding itself does not say. */
  report(error: unknown): void {
    if (this.#binding === undefined) return;
    this.#change(error === undefined ? "running" : "down", error);
  }

  async #run(stopped: Promise<void>, isStopped: () => boolean): Promise<void> {
    let failures = 0;
    this.#change("starting", undefined);
    while (!isStopped()) {
      const binding = await this.#bind();
      if (binding === undefined) {
        if (this.#state === "failed") return;
        failures += 1;
        await pause(backOffMs(failures, BACK_OFF), stopped);
        continue;
      }
      failures = 0;
      this.#open(binding);
      const reason = await this.#untilOver(binding, stopped);
      this.#binding = undefined;
      if (reason !== undefined) this.#change("down", reason);
      await this.#close(binding, reason !== undefined);
    }
    this.#change("stopped", undefined);
  }

  async #bind(): Promise<B | undefined> {
    try {
      return await this.#options.bind();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      if (isFatal(error)) {
        this.#change("failed", error);
        this.#turnAway(error);
        this.#options.refused(error);
      } else {
        this.#change("down", error);
      }
      return undefined;
    }
  }

  #open(binding: B): void {
    this.#binding = binding;
    this.#change("running", undefined);
    for (const { resolve } of this.#waiting) resolve(binding);
  }

  #turnAway(error: Error): void {
    for (const { reject } of this.#waiting) reject(error);
  }

  /** Resolves with why the binding is over, or undefined when it was stopped. */
  #untilOver(binding: B, stopped: Promise<void>): Promise<Error | undefined> {
    const over = Promise.withResolvers<Error | undefined>();
    stopped.then(() => over.resolve(undefined));
    binding.failed?.then(over.resolve);
    this.#rebuild = over.resolve;
    const watchdog = this.#watch(binding, over.resolve);
    return over.promise.finally(() => {
      this.#rebuild = () => {};
      clearInterval(watchdog);
    });
  }

  /** Looks now and then whether the broker still answers. */
  #watch(binding: B, fail: (reason: Error) => void): ReturnType<typeof setInterval> | undefined {
    const { silenceMs = SILENCE_MS, quietMs = QUIET_MS } = this.#options;
    if (binding.lastContactAt === undefined) return undefined;
    let isQuiet = false;
    return setInterval(() => {
      const silentMs = Date.now() - (binding.lastContactAt?.() ?? Date.now());
      if (silentMs > silenceMs) return fail(new Error(`No contact for ${silentMs} ms`));
      const wasQuiet = isQuiet;
      isQuiet = silentMs > quietMs;
      if (isQuiet) this.#change("down", new Error("No contact with the broker"));
      else if (wasQuiet) this.#change("running", undefined);
    }, Math.min(LOOK_EACH_MS, quietMs, silenceMs));
  }

  async #close(binding: B, broken: boolean): Promise<void> {
    const { name, logger } = this.#options;
    const closing = Promise.resolve(binding[Symbol.asyncDispose]()).catch((error: unknown) => {
      logger.warn("A binding ended with an error", { binding: name, error });
    });
    await (broken ? pause(FAREWELL_MS, closing) : closing);
  }

  #change(state: BindingState, error: unknown): void {
    const sameProblem = String(this.#error) === String(error);
    const unchanged = this.#state === state && sameProblem;
    this.#state = state;
    this.#error = error;
    if (!unchanged) this.#options.changed(state, error);
  }
}

/** Waits, but not longer than until `end` resolves. */
async function pause(ms: number, end: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([elapsed, end]).finally(() => clearTimeout(timer));
}
