/**
 * Sends to a destination of the memory broker.
 *
 * @module
 */

import type { ProducerBinding } from "../../binder.ts";
import type { OutgoingMessage } from "../../message.ts";
import type { MemoryBroker, MemoryDestination } from "./broker.ts";

/** Opens a destination for sending. */
export function createMemoryProducer(
  broker: MemoryBroker,
  destination: MemoryDestination,
): ProducerBinding {
  const { logs, groups } = destination;

  async function store(message: OutgoingMessage, signal: AbortSignal): Promise<void> {
    const { partition } = message;
    const log = logs[partition];
    if (log === undefined) {
      throw new RangeError(`Cannot send to "${destination.name}": no partition "${partition}"`);
    }
    const slowest = () => Math.min(...[...groups].map((group) => group.committed(partition)));
    while (!log.append(message, slowest)) {
      // A full partition holds its senders back until a group commits.
      log.announce();
      await destination.room(signal);
      signal.throwIfAborted();
      broker.reach();
    }
  }

  return {
    partitionCount: logs.length,
    async send(batch, signal) {
      signal.throwIfAborted();
      broker.reach();
      try {
        for (const message of batch) await store(message, signal);
      } finally {
        for (const partition of new Set(batch.map((one) => one.partition))) {
          logs[partition]?.announce();
        }
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
