/**
 * The source: what an application sends through.
 *
 * @module
 */

/** What the sender may add to an event. */
export interface SendOptions {
  /** Unique per event; minted if absent. A repeated id is the same event. */
  readonly id?: string;
  /** When it happened, in ms since the epoch; now if absent. */
  readonly time?: number;
  /** W3C trace context; that of the handler this runs in, if absent. */
  readonly traceparent?: string;
}

/** One payload of a batch with its options. */
export interface Outgoing<T> extends SendOptions {
  /** What is sent; checked by the channel's schema. */
  readonly payload: T;
}

/** What the sender of a batch may add. */
export interface SendBatchOptions {
  /** Gives the batch up. What was stored by then stays. */
  readonly signal?: AbortSignal;
}

/** What a sender says of one partition; sinks make a `Watermark` of it. */
export interface Heartbeat {
  /** From 0. */
  readonly partition: number;
  /** Whatever was committed before this time was sent before this heartbeat. In ms since the epoch. */
  readonly time: number;
  /** Sent only while the partition has this epoch, as `epochs` tells it. */
  readonly epoch?: string | undefined;
}

/** Validates, encodes and publishes to one channel. */
export interface Source<T> {
  /**
   * Resolves once the broker has the message; concurrent sends share batches and keep their order.
   * Rejects with `InvalidMessageError` or `SendError`.
   */
  send(payload: T, options?: SendOptions): Promise<void>;
  /**
   * Sends in order, all or an unknown prefix: after a rejection nothing behind the failed message
   * was stored by this call. After `signal` aborts, it rejects soon and stores nothing later.
   */
  sendBatch(items: readonly Outgoing<T>[], options?: SendBatchOptions): Promise<void>;
  /**
   * Sends heartbeats behind everything that was sent before, and rejects like `sendBatch`. Whoever
   * sends one vouches for it. Sinks act on it when all that stands before it in its partition is
   * settled; no handler sees it.
   */
  sendHeartbeats(beats: readonly Heartbeat[], options?: SendBatchOptions): Promise<void>;
  /**
   * For each partition, a text that is another one from when on its broker may have lost what it had
   * confirmed. Undefined where that cannot be. Waits until the source is bound.
   */
  epochs(options?: SendBatchOptions): Promise<readonly string[] | undefined>;
  /** How many partitions the destination has. Waits until the source is bound. */
  partitionCount(): Promise<number>;
}
