/**
 * Cuts a batch into pieces that a broker takes: one record batch a partition, below its size limit.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { byteLengthOf, type OutgoingMessage } from "../../message.ts";

// Kafka's default limit for a record batch is 1,048,588 bytes.
const MAX_BYTES = 960_000;
const RECORD_OVERHEAD = 40;
const HEADER_OVERHEAD = 10;

/** Consecutive messages of one partition. */
export interface Chunk {
  readonly partition: number;
  readonly messages: readonly OutgoingMessage[];
}

/** Rounds to be sent one after the other; each holds at most one chunk of a partition. */
export function toRounds(batch: readonly OutgoingMessage[]): Chunk[][] {
  const rounds: Chunk[][] = [];
  for (const [partition, messages] of Map.groupBy(batch, (message) => message.partition)) {
    for (const [index, chunk] of cut(messages).entries()) {
      (rounds[index] ??= []).push({ partition, messages: chunk });
    }
  }
  return rounds;
}

/** Two chunks of half the messages each. */
export function halve({ partition, messages }: Chunk): readonly Chunk[] {
  const middle = Math.ceil(messages.length / 2);
  return [messages.slice(0, middle), messages.slice(middle)]
    .map((half) => ({ partition, messages: half }));
}

function cut(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const chunks: OutgoingMessage[][] = [];
  let size = Infinity;
  for (const message of messages) {
    const bytes = sizeOf(message);
    if (size + bytes > MAX_BYTES) {
      chunks.push([]);
      size = 0;
    }
    chunks.at(-1)?.push(message);
    size += bytes;
  }
  return chunks;
}

function sizeOf({ key, headers, body }: OutgoingMessage): number {
  let bytes = RECORD_OVERHEAD + Buffer.byteLength(key) + byteLengthOf(body);
  for (const name of Object.keys(headers)) {
    bytes += HEADER_OVERHEAD + name.length + Buffer.byteLength(headers[name] ?? "");
  }
  return bytes;
}
