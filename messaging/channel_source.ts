/**
 * The source of a channel: validates, encodes, and queues for the broker.
 *
 * @module
 */

import type { ProducerBinding } from "./binder.ts";
import type { Channel } from "./channel.ts";
import { createEncoder, type EncoderOptions } from "./codec.ts";
import { encodeHeartbeat } from "./heartbeat.ts";
import { currentTraceparent } from "./middleware/trace.ts";
import type { SendQueue } from "./send_queue.ts";
import type { Outgoing, Source } from "./source.ts";

/** What a source sends with. */
export interface ChannelSourceOptions extends EncoderOptions {
  readonly queue: SendQueue;
  /** What the destination is placed by. */
  readonly partitionCount: number;
  /** Resolves once the destination is open. */
  readonly bound: (signal?: AbortSignal) => Promise<ProducerBinding>;
}

/** Builds a channel's source. */
export function createSource<T>(channel: Channel<T>, options: ChannelSourceOptions): Source<T> {
  const { queue, partitionCount, bound } = options;
  const encode = createEncoder(channel, options);

  function toMessage(item: Outgoing<T>) {
    const traceparent = item.traceparent ?? currentTraceparent();
    return encode(traceparent === undefined ? item : { ...item, traceparent }, partitionCount);
  }

  return {
    // deno-lint-ignore require-await -- a payload that cannot be encoded must arrive as a rejection
    async send(payload, sendOptions) {
      return queue.enqueue([toMessage({ ...sendOptions, payload })]);
    },
    // deno-lint-ignore require-await -- a payload that cannot be encoded must arrive as a rejection
    async sendBatch(items, options) {
      return queue.enqueue(items.map(toMessage), options?.signal);
    },
    // deno-lint-ignore require-await -- a time that is none must arrive as a rejection
    async sendHeartbeats(beats, sendOptions) {
      return queue.enqueue(
        beats.map((beat) => encodeHeartbeat(beat, options)),
        sendOptions?.signal,
      );
    },
    async epochs(options) {
      const binding = await bound(options?.signal);
      return await binding.epochs?.();
    },
    partitionCount: async () => (await bound()).partitionCount,
  };
}
