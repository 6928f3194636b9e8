/**
 * Messages for the cases.
 *
 * @module
 */

import { type OutgoingMessage, toBytes } from "../../message.ts";
import { partitionOf } from "../../partition.ts";

const encoder = new TextEncoder();

/** A message whose body is a text. */
export function message(
  text: string,
  options: { key?: string; partition?: number; headers?: Record<string, string> } = {},
): OutgoingMessage {
  const { key = "key", partition = 0, headers = {} } = options;
  return { key, partition, headers, body: encoder.encode(text) };
}

/** `count` messages with the texts `<prefix>0`, `<prefix>1`… on one partition. */
export function numbered(count: number, prefix = "", partition = 0): readonly OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => message(`${prefix}${index}`, { partition }));
}

/** `rounds` messages for each of `keys` keys, texts `<key>:<round>`, each on its key's partition. */
export function keyed(
  options: { keys: number; rounds: number; partitionCount: number },
): readonly OutgoingMessage[] {
  const { keys, rounds, partitionCount } = options;
  return Array.from({ length: keys * rounds }, (_, index) => {
    const key = `k${index % keys}`;
    const partition = partitionOf(key, partitionCount);
    return message(`${key}:${Math.floor(index / keys)}`, { key, partition });
  });
}

/** The texts of a batch. */
export function texts(batch: readonly OutgoingMessage[]): readonly string[] {
  const decoder = new TextDecoder();
  return batch.map(({ body }) => decoder.decode(toBytes(body)));
}
