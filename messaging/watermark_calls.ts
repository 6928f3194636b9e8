/**
 * Tells an application of one assignment's watermarks: one call at a time, the latest mark next.
 *
 * @module
 */

import type { Assignment } from "./binder.ts";
import type { HandlerWatch } from "./handler_watch.ts";
import type { Logger } from "./logger.ts";
import type { OnWatermark, Watermark } from "./watermark.ts";

/** Whom to tell. */
export interface WatermarkCallsOptions {
  readonly binding: string;
  readonly assignment: Assignment;
  readonly onWatermark: OnWatermark;
  /** How long a call may take. */
  readonly deadlineMs: number;
  readonly watch: HandlerWatch;
  readonly logger: Logger;
}

/** What waits is bounded by one mark: a later one says all that an earlier one says. */
export class WatermarkCalls {
  readonly #options: WatermarkCallsOptions;
  #next: Watermark | undefined;
  #running: Promise<void> | undefined;

  constructor(options: WatermarkCallsOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  reach(mark: Watermark): void {
    if (this.#next === undefined || mark.time >= this.#next.time) this.#next = mark;
    this.#running ??= this.#run();
  }

  /** Resolves when no call runs. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // One turn later the marks of a whole batch have become one.
    await Promise.resolve();
    while (this.#next !== undefined) {
      const mark = this.#next;
      this.#next = undefined;
      await this.#tell(mark);
    }
    this.#running = undefined;
  }

  /** A mark that could not be told of is let go: the next heartbeat brings a later one. */
  async #tell(mark: Watermark): Promise<void> {
    const { binding, assignment, onWatermark, deadlineMs, watch, logger } = this.#options;
    const call = { assignment, deadlineAt: Date.now() + deadlineMs };
    watch.enter(call);
    try {
      await onWatermark(mark);
    } catch (error) {
      logger.warn("A watermark could not be taken", { binding, partition: mark.partition, error });
    } finally {
      watch.leave(call);
    }
  }
}
