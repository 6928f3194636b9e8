/**
 * The channel of the fault cases: numbered messages, and nothing else.
 *
 * @module
 */

import { type Channel, defineChannel, partitionOf } from "@cauce/messaging";
import type { Numbered } from "./order_checker.ts";

/** The text that is in the body of each of its messages. */
export const BODY_TEXT = '"sequence":';

/** Few enough for a fast test, and enough that members share them. */
export const PARTITION_COUNT = 4;

/** Declares it under a name of the test's own. */
export function faultChannel(name: string): Channel<Numbered> {
  return defineChannel({
    name,
    schema: { parse: parseNumbered },
    keyOf: ({ key }) => key,
    partitionCount: PARTITION_COUNT,
  });
}

function parseNumbered(input: unknown): Numbered {
  const { key, sequence } = (input ?? {}) as Partial<Numbered>;
  if (typeof key !== "string" || typeof sequence !== "number") {
    throw new TypeError(`Cannot read "${JSON.stringify(input)}" as a numbered message`);
  }
  return { key, sequence };
}

/** Returns a key for each partition. */
export function keyOfEachPartition(prefix: string): readonly string[] {
  const keys = new Map<number, string>();
  for (let index = 0; keys.size < PARTITION_COUNT; index += 1) {
    const key = `${prefix}-${index}`;
    const partition = partitionOf(key, PARTITION_COUNT);
    if (!keys.has(partition)) keys.set(partition, key);
  }
  return [...keys.values()];
}
