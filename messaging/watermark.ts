/**
 * The watermark: up to when a partition's messages are all handled.
 *
 * @module
 */

/**
 * Says of one partition: whatever its sender committed before `time` was sent before, and this sink
 * has settled it. Once true, it stays true: the latest time is the one worth keeping.
 */
export interface Watermark {
  /** From 0. */
  readonly partition: number;
  /** Out of how many, as the sender counts. */
  readonly partitionCount: number;
  /** In ms since the epoch, by the sender's clock. */
  readonly time: number;
}

/** Told of each watermark that is reached, or only of the latest while it takes long. */
export type OnWatermark = (mark: Watermark) => void | Promise<void>;
