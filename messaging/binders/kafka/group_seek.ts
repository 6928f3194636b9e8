/**
 * A member's wish to move its group's offsets, until the group has let it.
 *
 * @module
 */

import type { NumericOffsets } from "../numeric_offsets.ts";
import { untilAborted } from "../until_aborted.ts";

/** What is to be committed once nobody holds a partition. */
export interface Seek {
  readonly offsets: NumericOffsets;
  /** They are committed. */
  readonly moved: () => void;
}

/** Keeps one wish at a time. */
export class GroupSeek {
  readonly #rejoin: () => void;
  #wanted: Seek | undefined;

  /** `rejoin` makes the group look at its members again. */
  constructor(rejoin: () => void) {
    this.#rejoin = rejoin;
  }

  get wanted(): Seek | undefined {
    return this.#wanted;
  }

  /** Resolves when the offsets moved. Rejects when the signal aborts, and the group goes on as it was. */
  async ask(offsets: NumericOffsets, signal: AbortSignal): Promise<void> {
    const { promise, resolve: moved } = Promise.withResolvers<void>();
    this.#wanted = { offsets, moved };
    this.#rejoin();
    try {
      await untilAborted(promise, signal);
    } finally {
      this.#wanted = undefined;
      this.#rejoin();
    }
  }
}
