/**
 * Counts what waits behind a group's committed offsets.
 *
 * @module
 */

import type { PartitionLag } from "../../binder.ts";
import type { KafkaLink } from "./client.ts";
import type { Holdings } from "./holdings.ts";

/** Over all partitions; a binding without a group counts behind its own place. */
export async function findLag(
  link: KafkaLink,
  { topic, group, holdings }: { topic: string; group: string | undefined; holdings: Holdings },
): Promise<readonly PartitionLag[]> {
  const ends = await link.listOffsets(topic, "latest");
  const partitions = [...ends.keys()].sort((left, right) => left - right);
  const places = group === undefined
    ? new Map([...holdings].map(([partition, { settled }]) => [partition, settled]))
    : await link.findCommitted(group, topic, partitions);
  const earliest = partitions.every((partition) => places.has(partition))
    ? places
    : await link.listOffsets(topic, "earliest");
  return partitions.map((partition) => {
    const place = places.get(partition) ?? earliest.get(partition) ?? 0;
    const messages = Math.max(0, (ends.get(partition) ?? 0) - place);
    return { partition, messages, oldestStoredAt: undefined };
  });
}
