/**
 * The sink: the handler of a channel's messages in a consumer group.
 *
 * @module
 */

import type { Message } from "./message.ts";

/** What a handler may use beside the message. */
export interface SinkContext {
  /** Aborted when the partition was lost, the handler's deadline passed, or the process stops hard. */
  readonly signal: AbortSignal;
  /** 1 for the first try by this member. */
  readonly attempt: number;
  /** The partition's fencing token: refuse an effect that carries a smaller one than you have seen. */
  readonly token: number;
}

/**
 * Handles one message. When it resolves, the message is acknowledged. When it throws, it is tried
 * again and at last dead-lettered; `PauseAndRetryError` waits for a dependency instead.
 */
export type Sink<T> = (message: Message<T>, context: SinkContext) => Promise<void>;
