/**
 * The partitions in this member's hands, and what of them has to be committed.
 *
 * @module
 */

import type { NumericOffsets } from "../numeric_offsets.ts";
import { Holding, type HoldingOptions } from "./holding.ts";
import { COMMIT_AFTER_COUNT, COMMIT_AFTER_MS } from "./timing.ts";

/** What all holdings of a binding share. */
export type HoldingsOptions = Pick<HoldingOptions, "destination" | "receive" | "onRoom">;

/** Tells when it is time to commit; how that is done is the membership's business. */
export class Holdings extends Map<number, Holding> {
  readonly #options: HoldingsOptions;
  /** Called when settled work has waited long enough, or is much. */
  onDue: () => void = () => {};
  readonly #left = new Map<number, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  constructor(options: HoldingsOptions) {
    super();
    this.#options = options;
  }

  /** Takes a partition over; its receiver is asked for at once. */
  take(partition: number, from: { token: number; start: number }): void {
    const onSettled = () => this.scheduleCommit();
    this.set(partition, new Holding({ ...this.#options, ...from, partition, onSettled }));
    this.#options.onRoom();
  }

  /** Where each partition stands that is held, or stood when it was let go. */
  positions(): NumericOffsets {
    const held = [...this.values()].map(({ partition, settled }) => [partition, settled] as const);
    return new Map([...this.#left, ...held]);
  }

  /** Lets a partition go that was drained and committed. */
  release(holding: Holding): void {
    holding.lose();
    this.#left.set(holding.partition, holding.settled);
    if (this.get(holding.partition) === holding) this.delete(holding.partition);
  }

  /** Somebody else may have them by now. */
  loseAll(): void {
    for (const holding of [...this.values()]) this.release(holding);
  }

  async drainAll(): Promise<void> {
    await Promise.all([...this.values()].map((holding) => holding.drain()));
  }

  /** What to commit: the next offset of each partition that has news. */
  uncommitted(): Map<number, number> {
    this.#count = 0;
    const dirty = [...this.values()].filter(({ uncommitted }) => uncommitted > 0);
    return new Map(dirty.map(({ partition, settled }) => [partition, settled]));
  }

  confirm(offsets: ReadonlyMap<number, number>): void {
    for (const [partition, offset] of offsets) this.get(partition)?.confirm(offset);
  }

  /** Makes `onDue` come soon: after a while, or now if there is much. */
  scheduleCommit(): void {
    this.#count += 1;
    if (this.#count === COMMIT_AFTER_COUNT) this.onDue();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.onDue();
    }, COMMIT_AFTER_MS);
  }

  stopCommits(): void {
    clearTimeout(this.#timer);
    this.onDue = () => {};
  }
}
