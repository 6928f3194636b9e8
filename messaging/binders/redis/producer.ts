/**
 * Sends to a destination: one script call for each partition of a batch.
 *
 * @module
 */

import type { ProducerBinding } from "../../binder.ts";
import { SendError } from "../../errors.ts";
import type { OutgoingMessage } from "../../message.ts";
import { partitionsOf } from "./destination.ts";
import { bare, gather, isHopeless } from "./connection.ts";
import { encodeEntry } from "./entry.ts";
import { streamKey } from "./keys.ts";
import type { Nodes } from "./nodes.ts";

// One script call stops Redis for about 2 µs a message.
const MESSAGES_PER_CALL = 500;
/** What the network held back for longer is refused by Redis: it would overtake what was sent since. */
export const VALID_MS = 3000;

/** What a producer is made of. */
export interface ProducerDeps {
  readonly destination: string;
  readonly partitionCount: number;
  /** Its own: a send that is given up takes the connections down. */
  readonly nodes: Nodes;
}

/** Opens a destination for sending. */
export function createRedisProducer(deps: ProducerDeps): ProducerBinding {
  const { destination, partitionCount, nodes } = deps;
  let sending: Promise<void> = Promise.resolve();

  // Calls follow one another, so that a failed one lets nothing of its partition overtake.
  async function append(
    partition: number,
    messages: readonly OutgoingMessage[],
    { signal, isAlone }: { readonly signal: AbortSignal; readonly isAlone: boolean },
  ): Promise<void> {
    const key = streamKey(destination, partition);
    for (let start = 0; start < messages.length; start += MESSAGES_PER_CALL) {
      const chunk = messages.slice(start, start + MESSAGES_PER_CALL);
      const entries = chunk.flatMap(encodeEntry);
      const epoch = messages.find((message) => message.epoch !== undefined)?.epoch ?? "";
      const stored = await nodes.run(key, (client, connection) => {
        // Given up while it connected: nothing may be stored any more.
        signal.throwIfAborted();
        if (!isAlone) gather(client);
        return client.appendEntries(key, connection.serverNow() + VALID_MS, epoch, ...entries);
      });
      if (stored === -2) throw new Error("its Redis started anew, or another took its place");
      if (stored < 0) {
        // Either it lay on the way for long, or a clock was set: a new connection compares them anew.
        nodes.abandon();
        throw new Error("it reached Redis too late");
      }
    }
  }

  async function store(batch: readonly OutgoingMessage[], signal: AbortSignal): Promise<void> {
    const parts = byPartition(batch);
    const options = { signal, isAlone: parts.size === 1 };
    // Every call has ended before the next batch may begin.
    const outcomes = await Promise.allSettled(
      Array.from(parts, ([partition, messages]) => append(partition, messages, options)),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  return {
    partitionCount,
    async send(batch, signal) {
      const lost = batch.find(({ partition }) => !(partition >= 0 && partition < partitionCount));
      if (lost !== undefined) {
        throw new RangeError(`Cannot send to "${destination}": no partition "${lost.partition}"`);
      }
      if (signal.aborted) {
        throw new SendError(destination, "it was given up before", { cause: signal.reason });
      }
      const given = Promise.withResolvers<never>();
      const giveUp = () => {
        nodes.abandon();
        given.reject(
          new SendError(destination, "no answer before the deadline", { cause: signal.reason }),
        );
      };
      signal.addEventListener("abort", giveUp, { once: true });
      const storing = store(batch, signal).catch((error) => {
        const cause = bare(error);
        const state = cause instanceof Error ? cause.message : String(cause);
        throw new SendError(destination, state, { cause, retriable: !isHopeless(cause) });
      });
      sending = storing.catch(() => {});
      try {
        await Promise.race([storing, given.promise]);
      } finally {
        signal.removeEventListener("abort", giveUp);
      }
    },
    epochs: () =>
      Promise.all(
        partitionsOf(partitionCount).map((partition) => {
          const key = streamKey(destination, partition);
          return nodes.run(key, (client) => client.readEpoch(key));
        }),
      ),
    async [Symbol.asyncDispose]() {
      await sending;
      nodes.close();
    },
  };
}

function byPartition(batch: readonly OutgoingMessage[]): Map<number, OutgoingMessage[]> {
  const groups = new Map<number, OutgoingMessage[]>();
  for (const message of batch) {
    const group = groups.get(message.partition);
    if (group === undefined) groups.set(message.partition, [message]);
    else group.push(message);
  }
  return groups;
}
