/**
 * Counts what a run did, besides what it broke.
 *
 * @module
 */

import type { CacheUse, ReadEvent, ShownStatus } from "./history.ts";

/** How many reads met the cache in which way. */
export type UseCounts = Readonly<Partial<Record<CacheUse, number>>>;

/** How many reads were told what of the organization. */
export type StatusCounts = Readonly<Partial<Record<ShownStatus, number>>>;

/** Grows while the run lasts. */
export class Tally {
  /** Reads of the readers that were answered. */
  reads = 0;
  /** Reads that got no answer: of processes that were killed, for instance. */
  failedReads = 0;
  /** Reads that were answered by something else than a license. */
  refusedReads = 0;
  /** Writes that were acknowledged. */
  writes = 0;
  /** Writes without an answer, of which nobody knows whether they were carried out. */
  unknownWrites = 0;
  /** Fences that were seen in the cache. */
  fences = 0;
  readonly #uses: Partial<Record<CacheUse, number>> = {};
  readonly #statuses: Partial<Record<ShownStatus, number>> = {};

  /** Takes a read of a reader. */
  read({ cache, status }: ReadEvent): void {
    this.reads += 1;
    this.#uses[cache] = (this.#uses[cache] ?? 0) + 1;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
  }

  /** Reads by how they met the cache. */
  get uses(): UseCounts {
    return this.#uses;
  }

  /** Reads by what they were told. */
  get statuses(): StatusCounts {
    return this.#statuses;
  }

  /** The share of reads that the cache answered, whether or not the origin was asked for a proof. */
  get hitRatio(): number {
    const { hit = 0, revalidated = 0 } = this.#uses;
    return this.reads === 0 ? 0 : (hit + revalidated) / this.reads;
  }
}
